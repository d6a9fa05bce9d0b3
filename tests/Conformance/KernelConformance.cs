using System.Numerics;
using System.Runtime.InteropServices;
using NeuralKernels.Abstractions;

namespace NeuralKernels.Tests.Conformance;

/// <summary>What every kernel owes. Subclass it, say how to make yours and, unless it takes vectors, on which examples.</summary>
public abstract class KernelConformance
{
    private const int Count = 11;

    /// <summary>Makes the kernel.</summary>
    protected abstract IKernel Create();

    /// <summary>Examples that the kernel takes.</summary>
    /// <param name="count">How many, at least 0.</param>
    protected virtual Examples MakeExamples(int count) => Samples.Vectors(count);

    /// <summary>The largest difference of an entry in float32 and float64, in units of sqrt(k_ii k_jj).</summary>
    protected virtual double SinglePrecisionError => 1e-5;

    /// <summary>The largest difference of the diagonal and the entry of an example with a copy of itself, in units of k_ii; infinite for dropout.</summary>
    protected virtual double DiagonalError => 1e-6;

    /// <summary>The largest difference of the entries (i, j) and (j, i), in units of the entry: rounding of sums in another order.</summary>
    protected virtual double SymmetryError => 0;

    [Fact]
    public void Output_Always_IsProvided()
    {
        IKernel kernel = Create();
        Assert.Contains(kernel.Output, Outputs(kernel));
        Assert.NotEmpty(kernel.Description);
        kernel.Check(MakeExamples(2).Shape);
        Assert.True(kernel.CostPerPair(MakeExamples(2).Shape) > 0);
    }

    [Fact]
    public void CanonicalText_OfTwoInstances_IsTheSame()
    {
        Assert.NotEmpty(Create().CanonicalText);
        Assert.Equal(Create().CanonicalText, Create().CanonicalText);
    }

    [Fact]
    public void Matrix_OfAllPairs_IsSymmetricAndPositiveSemidefinite()
    {
        IKernel kernel = Create();
        foreach (KernelOutputs output in Outputs(kernel))
        {
            double[,] matrix = Gram<double>(kernel, output);
            double trace = Enumerable.Range(0, Count).Sum(i => matrix[i, i]);
            for (int i = 0; i < Count; i++)
            {
                Assert.True(matrix[i, i] >= 0);
                for (int j = 0; j < i; j++)
                    Assert.True(Math.Abs(matrix[i, j] - matrix[j, i]) <= SymmetryError * Math.Abs(matrix[i, j]), $"[{i},{j}] {matrix[i, j]:r} and {matrix[j, i]:r}");
            }

            PositiveSemidefinite.Require(matrix, 1e-7 * trace);
        }
    }

    [Fact]
    public void Diagonal_Always_IsTheKernelOfAnExampleWithItsCopy()
    {
        IKernel kernel = Create();
        foreach (KernelOutputs output in Outputs(kernel))
        {
            double[,] cross = Evaluate<double>(kernel, output, 0, 0, Count, Count), gram = Gram<double>(kernel, output);
            for (int i = 0; i < Count; i++)
                Assert.True(Math.Abs(cross[i, i] - gram[i, i]) <= DiagonalError * gram[i, i], $"{output} of example {i}: {cross[i, i]:r}, diagonal {gram[i, i]:r}");
        }
    }

    [Fact]
    public void Tiles_OfAnySizeAndPlace_HoldTheSameBits()
    {
        IKernel kernel = Create();
        foreach (KernelOutputs output in Outputs(kernel))
        {
            double[,] all = Evaluate<double>(kernel, output, 0, 0, Count, Count);
            foreach ((int row, int column, int rows, int columns) in new[] { (0, 0, 1, 1), (3, 5, 4, 3), (10, 0, 1, 11), (0, 10, 11, 1), (2, 1, 6, 9) })
            {
                double[,] tile = Evaluate<double>(kernel, output, row, column, rows, columns);
                for (int i = 0; i < rows; i++)
                {
                    for (int j = 0; j < columns; j++)
                        Assert.Equal(all[row + i, column + j], tile[i, j]);
                }
            }
        }
    }

    [Fact]
    public void Evaluate_FromManyThreads_GivesTheSameEntries()
    {
        IKernel kernel = Create();
        double[,] expected = Evaluate<double>(kernel, kernel.Output, 0, 0, Count, Count);
        Parallel.For(0, 16, new ParallelOptions { MaxDegreeOfParallelism = 8 },
            _ => Assert.Equal(expected, Evaluate<double>(kernel, kernel.Output, 0, 0, Count, Count)));
    }

    [Fact]
    public void Entries_InFloat32_AreThoseInFloat64()
    {
        IKernel kernel = Create();
        foreach (KernelOutputs output in Outputs(kernel))
        {
            double[,] exact = Gram<double>(kernel, output), single = Gram<float>(kernel, output);
            for (int i = 0; i < Count; i++)
            {
                for (int j = 0; j < Count; j++)
                    Assert.True(Math.Abs(single[i, j] - exact[i, j]) <= SinglePrecisionError * Math.Sqrt(exact[i, i] * exact[j, j]), $"{output} [{i}, {j}]: {single[i, j]:r}, {exact[i, j]:r}");
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Prepare_OfFewExamples_HoldsThem(int count)
    {
        IKernel kernel = Create();
        using IPreparedExamples prepared = kernel.Prepare<double>(MakeExamples(2).Select([.. Enumerable.Range(0, count).Select(i => (long)i)]), kernel.Output, default);
        Assert.Equal(count, prepared.Count);
        Assert.True(prepared.PreferredTile > 0);
        double[] diagonal = new double[count];
        prepared.Diagonal(kernel.Output, diagonal);
        Assert.All(diagonal, value => Assert.True(double.IsFinite(value)));
    }

    [Fact]
    public void Prepare_WhenCancelled_Stops() => Assert.ThrowsAny<OperationCanceledException>(
        () => Create().Prepare<double>(MakeExamples(Count), Create().Output, new CancellationToken(canceled: true)));

    private static KernelOutputs[] Outputs(IKernel kernel) =>
        [.. new[] { KernelOutputs.Nngp, KernelOutputs.Ntk }.Where(output => kernel.Provides.HasFlag(output))];

    private double[,] Gram<T>(IKernel kernel, KernelOutputs output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double[,] result = Evaluate<T>(kernel, output, 0, 0, Count, Count);
        using IPreparedExamples prepared = kernel.Prepare<T>(MakeExamples(Count), output, default);
        double[] diagonal = new double[Count];
        prepared.Diagonal(output, diagonal);
        for (int i = 0; i < Count; i++)
            result[i, i] = diagonal[i];
        return result;
    }

    private unsafe double[,] Evaluate<T>(IKernel kernel, KernelOutputs output, int row, int column, int rows, int columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using IPreparedExamples prepared = kernel.Prepare<T>(MakeExamples(Count), output, default);
        T* entries = (T*)NativeMemory.Alloc((nuint)(rows * columns * sizeof(T)));
        try
        {
            MatrixView<T> view = new(entries, rows, columns, columns);
            view.Fill(T.NaN);
            kernel.Evaluate(prepared, row, prepared, column, output == KernelOutputs.Nngp ? view : default, output == KernelOutputs.Ntk ? view : default);
            double[,] result = new double[rows, columns];
            for (int i = 0; i < rows; i++)
            {
                for (int j = 0; j < columns; j++)
                    result[i, j] = double.CreateChecked(view[i, j]);
            }

            return result;
        }
        finally
        {
            NativeMemory.Free(entries);
        }
    }
}
