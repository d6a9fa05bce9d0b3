using NeuralKernels.Abstractions;
using NeuralKernels.Compute;

namespace NeuralKernels.Kernels.Combined;

// Notation as in FlipKernel.cs. A kernel that commutes with the flip has k(fx, fx) = k(x, x) and k(x, fz) = k(fx, z) = k(z, fx).

/// <summary>Some images and their mirror images, prepared in float64: for the diagonal, and to see whether a kernel commutes with the flip.</summary>
internal sealed class MirrorPairs : IDisposable
{
    /// <summary>Images to take at a time, so that little memory is held beside the entries.</summary>
    public const int Most = 256;

    // Covariances of the few first images tell a kernel that does not commute: their rounding errors are far below, sqrt(u) = 1e-8 at most.
    private const int Compared = 8;
    private const double Tolerance = 1e-6;

    private readonly IKernel _kernel;
    private readonly IPreparedExamples _images;
    private readonly IPreparedExamples _mirrored;

    public MirrorPairs(IKernel kernel, Examples images, Examples mirrored, KernelOutputs outputs, CancellationToken cancellation)
    {
        _kernel = kernel;
        IPreparedExamples[] parts = Prepared.All(
            [() => kernel.Prepare<double>(images, outputs, cancellation), () => kernel.Prepare<double>(mirrored, outputs, cancellation)]);
        (_images, _mirrored) = (parts[0], parts[1]);
    }

    /// <summary>Fills scale (k(x, x) + k(x, fx)).</summary>
    public void Diagonal(KernelOutputs output, double scale, Span<double> destination, CancellationToken cancellation)
    {
        double[] own = _images.DiagonalOf(output);
        double[] result = new double[own.Length];
        Parallelism.For(own.Length, 0, (_, i) =>
        {
            using NativeMatrix<double> entry = new(1, 1);
            Evaluate(output, i, i, entry.View);
            result[i] = scale * (own[i] + entry[0, 0]);
        }, cancellation);
        result.CopyTo(destination);
    }

    /// <summary>Throws where the kernel tells left from right.</summary>
    /// <exception cref="UserErrorException">It does.</exception>
    public void RequireSymmetry()
    {
        foreach (KernelOutputs output in new[] { KernelOutputs.Nngp, KernelOutputs.Ntk })
        {
            if (!_images.Outputs.HasFlag(output))
                continue;
            double[] own = _images.DiagonalOf(output), mirrored = _mirrored.DiagonalOf(output);
            for (int i = 0; i < own.Length; i++)
                Require(own[i], mirrored[i], own[i]);
            int count = (int)Math.Min(Compared, _images.Count);
            using NativeMatrix<double> entries = new(count, count);
            Evaluate(output, 0, 0, entries.View);
            for (int i = 0; i < count; i++)
            {
                for (int j = 0; j < i; j++)
                    Require(entries[i, j], entries[j, i], Math.Sqrt(own[i]) * Math.Sqrt(own[j]));
            }
        }
    }

    public void Dispose()
    {
        _images.Dispose();
        _mirrored.Dispose();
    }

    private void Evaluate(KernelOutputs output, long row, long column, MatrixView<double> entries) =>
        _kernel.Evaluate(_images, row, _mirrored, column, output == KernelOutputs.Nngp ? entries : default, output == KernelOutputs.Ntk ? entries : default);

    private void Require(double one, double other, double scale)
    {
        if (Math.Abs(one - other) > Tolerance * scale)
        {
            throw new UserErrorException(
                $"flip: the kernel '{_kernel.Description}' tells left from right: k(x, z) = {one:g6} and k(flip x, flip z) = {other:g6}.",
                "Use windows and strides that divide the width (a stride of 2 with padding: SAME is not symmetric on an even width), or augmentation: horizontal_flip.");
        }
    }
}
