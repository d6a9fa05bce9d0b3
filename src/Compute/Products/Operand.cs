using NeuralKernels.Abstractions;

namespace NeuralKernels.Compute;

/// <summary>A factor of a product by its two strides: lanes are the rows of the result (left factor) or its columns (right factor), depth is what is summed over.</summary>
/// <typeparam name="T">The entry type.</typeparam>
internal readonly unsafe struct Operand<T>(T* data, nint lanes, nint depth, nint laneStride, nint depthStride)
    where T : unmanaged
{
    public readonly T* Data = data;
    public readonly nint Lanes = lanes;
    public readonly nint Depth = depth;
    public readonly nint LaneStride = laneStride;
    public readonly nint DepthStride = depthStride;

    /// <summary>Rows of the view, or of its transpose, are lanes.</summary>
    public static Operand<T> Left(MatrixView<T> view, bool transpose) => transpose
        ? new Operand<T>(view.Data, view.Columns, view.Rows, 1, view.Stride)
        : new Operand<T>(view.Data, view.Rows, view.Columns, view.Stride, 1);

    /// <summary>Columns of the view, or of its transpose, are lanes.</summary>
    public static Operand<T> Right(MatrixView<T> view, bool transpose) => Left(view, !transpose);

    public T* Address(nint lane, nint k) => Data + lane * LaneStride + k * DepthStride;
}
