using System.Numerics;
using NeuralKernels.Abstractions;

namespace NeuralKernels.Tests.Gram;

/// <summary>k(i, j) = cos(0.1 (i - j)) and t(i, j) = 2 k; on the diagonal 7 + i, so that its origin shows.</summary>
internal sealed class FakeKernel : IKernel
{
    public (long I, long J)? NaNAt { get; init; }

    public TimeSpan Delay { get; init; }

    public int Evaluations;

    public KernelOutputs Output => KernelOutputs.Ntk;

    public KernelOutputs Provides => KernelOutputs.Nngp | KernelOutputs.Ntk;

    public string Description => "fake";

    public string CanonicalText => "fake";

    public static double Value(long i, long j) => Math.Cos(0.1 * (i - j));

    public void Check(ExampleShape shape)
    {
    }

    public double CostPerPair(ExampleShape shape) => 1;

    public IPreparedExamples Prepare<T>(Examples examples, KernelOutputs outputs, CancellationToken cancellation)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new Numbered(examples.Count);

    public void Evaluate<T>(IPreparedExamples rows, long rowStart, IPreparedExamples columns, long columnStart, MatrixView<T> nngp, MatrixView<T> ntk)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Interlocked.Increment(ref Evaluations);
        if (Delay > TimeSpan.Zero)
            Thread.Sleep(Delay);
        Fill(nngp, rowStart, columnStart, 1);
        Fill(ntk, rowStart, columnStart, 2);
    }

    private void Fill<T>(MatrixView<T> view, long row, long column, double factor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (nint i = 0; i < view.Rows; i++)
        {
            for (nint j = 0; j < view.Columns; j++)
                view[i, j] = (row + i, column + j) == NaNAt ? T.NaN : T.CreateChecked(factor * Value(row + i, column + j));
        }
    }

    /// <summary>Examples that are their numbers.</summary>
    public sealed class Numbered(long count) : IPreparedExamples
    {
        public long Count => count;

        public KernelOutputs Outputs => KernelOutputs.Nngp | KernelOutputs.Ntk;

        public long Bytes => 0;

        public int PreferredTile => 64;

        public void Diagonal(KernelOutputs output, Span<double> destination)
        {
            for (int i = 0; i < destination.Length; i++)
                destination[i] = (output == KernelOutputs.Ntk ? 2 : 1) * (7 + i);
        }

        public void Dispose()
        {
        }
    }
}
