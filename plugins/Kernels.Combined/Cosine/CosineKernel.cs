using System.Numerics;
using NeuralKernels.Abstractions;

namespace NeuralKernels.Kernels.Combined;

// Notation: r(x) = 1 / sqrt(k(x, x)), 0 where k(x, x) = 0; the entry is k(x, z) (r(x) r(z)), at most 1 in size by Cauchy and Schwarz.

/// <summary>A kernel divided by the geometric mean of its diagonal entries.</summary>
internal sealed class CosineKernel(IKernel kernel) : IKernel
{
    public KernelOutputs Output => kernel.Output;

    public KernelOutputs Provides => kernel.Provides;

    public string Description => $"cosine of ({kernel.Description})";

    public string CanonicalText => $"cosine: {{{kernel.CanonicalText}}}";

    public void Check(ExampleShape shape) => kernel.Check(shape);

    public double CostPerPair(ExampleShape shape) => kernel.CostPerPair(shape) + 2;

    public IPreparedExamples Prepare<T>(Examples examples, KernelOutputs outputs, CancellationToken cancellation)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Prepared.Own([kernel.Prepare<T>(examples, outputs, cancellation)], parts => new Sized(parts, outputs));

    public void Evaluate<T>(IPreparedExamples rows, long rowStart, IPreparedExamples columns, long columnStart, MatrixView<T> nngp, MatrixView<T> ntk)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (Sized x, Sized y) = ((Sized)rows, (Sized)columns);
        kernel.Evaluate(x.Parts[0], rowStart, y.Parts[0], columnStart, nngp, ntk);
        Divide(nngp, x.InverseRoots(KernelOutputs.Nngp), rowStart, y.InverseRoots(KernelOutputs.Nngp), columnStart);
        Divide(ntk, x.InverseRoots(KernelOutputs.Ntk), rowStart, y.InverseRoots(KernelOutputs.Ntk), columnStart);
    }

    private static void Divide<T>(MatrixView<T> tile, double[] rows, long rowStart, double[] columns, long columnStart)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (nint i = 0; i < tile.Rows; i++)
        {
            double r = rows[rowStart + i];
            Span<T> row = tile.Row(i);
            ReadOnlySpan<double> c = columns.AsSpan((int)columnStart, row.Length);
            for (int j = 0; j < row.Length; j++)
                row[j] = T.CreateTruncating(Math.Clamp(double.CreateTruncating(row[j]) * (r * c[j]), -1, 1));
        }
    }

    private sealed class Sized : PreparedParts
    {
        private readonly double[] _nngp;
        private readonly double[] _ntk;

        public Sized(IPreparedExamples[] parts, KernelOutputs outputs)
            : base(parts, outputs, output => Array.ConvertAll(parts[0].DiagonalOf(output), value => value > 0 ? 1.0 : 0))
        {
            _nngp = outputs.HasFlag(KernelOutputs.Nngp) ? Roots(KernelOutputs.Nngp) : [];
            _ntk = outputs.HasFlag(KernelOutputs.Ntk) ? Roots(KernelOutputs.Ntk) : [];
        }

        public override long Bytes => base.Bytes + sizeof(double) * (_nngp.LongLength + _ntk.LongLength);

        public double[] InverseRoots(KernelOutputs output) => output == KernelOutputs.Ntk ? _ntk : _nngp;

        private double[] Roots(KernelOutputs output) => Array.ConvertAll(Parts[0].DiagonalOf(output), value => value > 0 ? 1 / Math.Sqrt(value) : 0);
    }
}
