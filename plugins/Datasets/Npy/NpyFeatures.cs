using NeuralKernels.Abstractions;
using NeuralKernels.Compute.Npy;

namespace NeuralKernels.Datasets;

/// <summary>Rows of an npy array, converted, scaled and checked when they are read.</summary>
internal sealed class NpyFeatures : FeatureSource
{
    private readonly NpyArray _array;
    private readonly double _scale;

    /// <summary>Wraps an array.</summary>
    /// <param name="array">At least one axis; not owned.</param>
    /// <param name="count">Rows to show.</param>
    /// <param name="scale">Divides every number.</param>
    public NpyFeatures(NpyArray array, long count, double scale)
    {
        _array = array;
        _scale = scale;
        Count = count;
        Width = checked((int)array.RowLength);
    }

    public override long Count { get; }

    public override int Width { get; }

    public override void Read(long index, Span<double> destination)
    {
        CheckRead(index, destination);
        _array.ReadRow(index, destination);
        for (int k = 0; k < destination.Length; k++)
        {
            if (!double.IsFinite(destination[k] /= _scale))
            {
                throw new UserErrorException($"{_array.Name}: number {k} of row {index} is {(double.IsNaN(destination[k]) ? "NaN" : "infinite")}.",
                    "Replace what is missing before saving the array.");
            }
        }
    }
}
