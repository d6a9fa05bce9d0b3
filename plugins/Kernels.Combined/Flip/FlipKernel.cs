using System.Numerics;
using NeuralKernels.Abstractions;
using NeuralKernels.Compute;

namespace NeuralKernels.Kernels.Combined;

// Notation: fx the mirror image of x; the entry is s (k(x, z) + k(x, fz)), s = 1 or 1/2. With g(x) = (h(x) + h(fx)) / sqrt(2) and h ~ k, the covariance of g(x)
// and g(z) is (k(x, z) + k(x, fz) + k(fx, z) + k(fx, fz)) / 2, which is the sum of two terms where k(fx, fz) = k(x, z).

/// <summary>A kernel of images that is made symmetric under the horizontal flip.</summary>
internal sealed class FlipKernel(IKernel kernel, FlipCombination combination) : IKernel
{
    public KernelOutputs Output => kernel.Output;

    public KernelOutputs Provides => kernel.Provides;

    public string Description => $"flip {(combination == FlipCombination.Sum ? "sum" : "mean")} of ({kernel.Description})";

    public string CanonicalText => $"flip {(combination == FlipCombination.Sum ? "sum" : "mean")}: {{{kernel.CanonicalText}}}";

    public void Check(ExampleShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (shape.Kind != ExampleKinds.Images)
        {
            throw new UserErrorException(
                $"The kernel 'flip' takes images, and the examples are {shape.Kind.ToString().ToLowerInvariant()} of shape {shape}.", "Use the kernel inside it alone.");
        }

        kernel.Check(shape);
    }

    public double CostPerPair(ExampleShape shape) => 2 * kernel.CostPerPair(shape) + 2;

    public IPreparedExamples Prepare<T>(Examples examples, KernelOutputs outputs, CancellationToken cancellation)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(examples);
        Check(examples.Shape);
        ImageExamples images = (ImageExamples)examples;
        Examples mirrored = MirrorImages.Of(images);
        return Prepared.Own(
            Prepared.All([() => kernel.Prepare<T>(images, outputs, cancellation), () => kernel.Prepare<T>(mirrored, outputs, cancellation)]),
            parts =>
            {
                PreparedParts prepared = new(parts, outputs, Diagonal(images, mirrored, outputs, cancellation));
                prepared.RequireFinite<T>("flip");
                return prepared;
            });
    }

    public void Evaluate<T>(IPreparedExamples rows, long rowStart, IPreparedExamples columns, long columnStart, MatrixView<T> nngp, MatrixView<T> ntk)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (PreparedParts x, PreparedParts y) = ((PreparedParts)rows, (PreparedParts)columns);
        kernel.Evaluate(x.Parts[0], rowStart, y.Parts[0], columnStart, nngp, ntk);
        using NativeMatrix<T>? otherNngp = Like(nngp);
        using NativeMatrix<T>? otherNtk = Like(ntk);
        kernel.Evaluate(x.Parts[0], rowStart, y.Parts[1], columnStart, otherNngp?.View ?? default, otherNtk?.View ?? default);
        Join(nngp, otherNngp);
        Join(ntk, otherNtk);
    }

    private double Scale => combination == FlipCombination.Sum ? 1 : 0.5;

    private static NativeMatrix<T>? Like<T>(MatrixView<T> tile)
        where T : unmanaged => tile.IsNull ? null : new NativeMatrix<T>(tile.Rows, tile.Columns, clear: false);

    private void Join<T>(MatrixView<T> tile, NativeMatrix<T>? other)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T scale = T.CreateTruncating(Scale);
        for (nint i = 0; i < tile.Rows; i++)
        {
            Span<T> row = tile.Row(i);
            ReadOnlySpan<T> mirrored = other!.Row(i);
            for (int j = 0; j < row.Length; j++)
                row[j] = scale * (row[j] + mirrored[j]);
        }
    }

    /// <summary>s (k(x, x) + k(x, fx)) in float64, whatever the type of the entries.</summary>
    private Func<KernelOutputs, double[]> Diagonal(ImageExamples images, Examples mirrored, KernelOutputs outputs, CancellationToken cancellation)
    {
        double[] nngp = new double[outputs.HasFlag(KernelOutputs.Nngp) ? images.Count : 0];
        double[] ntk = new double[outputs.HasFlag(KernelOutputs.Ntk) ? images.Count : 0];
        for (long start = 0; start < images.Count; start += MirrorPairs.Most)
        {
            long[] some = [.. Enumerable.Range(0, (int)Math.Min(MirrorPairs.Most, images.Count - start)).Select(i => start + i)];
            using MirrorPairs pairs = new(kernel, images.Select(some), mirrored.Select(some), outputs, cancellation);
            pairs.RequireSymmetry();
            foreach ((KernelOutputs output, double[] diagonal) in new[] { (KernelOutputs.Nngp, nngp), (KernelOutputs.Ntk, ntk) })
            {
                if (outputs.HasFlag(output))
                    pairs.Diagonal(output, Scale, diagonal.AsSpan((int)start, some.Length), cancellation);
            }
        }

        return output => output == KernelOutputs.Ntk ? ntk : nngp;
    }
}
