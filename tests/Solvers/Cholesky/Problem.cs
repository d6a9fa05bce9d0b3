using NeuralKernels.Abstractions;
using NeuralKernels.Solvers;
using NeuralKernels.Tests.Conformance;

namespace NeuralKernels.Tests.Solvers;

/// <summary>A small regression problem: n training and t test examples.</summary>
internal sealed class Problem : IDisposable
{
    private readonly DenseMatrix _targets;

    public Problem(double[,] k, double[,] y, double[,]? cross = null)
    {
        K = k;
        Y = y;
        Cross = cross ?? new double[0, k.GetLength(0)];
        _targets = Dense(y);
    }

    public double[,] K { get; }

    public double[,] Y { get; }

    public double[,] Cross { get; }

    public int Examples => K.GetLength(0);

    public int Outputs => Y.GetLength(1);

    public double MeanDiagonal => Enumerable.Range(0, Examples).Average(i => K[i, i]);

    public Precision Precision { get; init; } = Precision.Float64;

    public IKernelMatrix Kernel => new DenseKernelMatrix(Examples, Examples, (i, j) => K[i, j], symmetric: true, Precision);

    public IKernelMatrix CrossKernel => new DenseKernelMatrix(Cross.GetLength(0), Examples, (i, j) => Cross[i, j], symmetric: false);

    /// <summary>A random Gram matrix of rank min(n, rank) plus a little, random targets and test examples.</summary>
    public static Problem Random(int n, int outputs = 2, int seed = 1, int tests = 5, int rank = int.MaxValue)
    {
        var random = new Random(seed);
        int features = Math.Min(rank, n + 3);
        double[,] x = new double[n + tests, features], y = new double[n, outputs];
        Fill(x, random);
        Fill(y, random);
        double[,] k = new double[n, n], cross = new double[tests, n];
        for (int i = 0; i < n + tests; i++)
        {
            for (int j = 0; j < n; j++)
            {
                double dot = Enumerable.Range(0, features).Sum(f => x[i, f] * x[j, f]) / features;
                if (i < n)
                    k[i, j] = dot;
                else
                    cross[i - n, j] = dot;
            }
        }

        return new Problem(k, y, cross);
    }

    public IModel Fit(CholeskySolverOptions options, FitContext? context = null, ValidationProblem? validation = null) =>
        new CholeskySolver(options).Fit(new FitProblem { Kernel = Kernel, Targets = _targets.View, Validation = validation }, context ?? new FitContext());

    public double[,] Coefficients(IModel model) => Array(model.Coefficients);

    public double[,] Predict(IModel model)
    {
        using var mean = new DenseMatrix(Cross.GetLength(0), Outputs);
        model.Predict(CrossKernel, mean.View, default);
        return Array(mean.View);
    }

    public double[,] Variance(IModel model, double[] prior)
    {
        using var variance = new DenseMatrix(Cross.GetLength(0), Outputs);
        model.PredictVariance(CrossKernel, prior, variance.View, default);
        return Array(variance.View);
    }

    public void Dispose() => _targets.Dispose();

    public static DenseMatrix Dense(double[,] a)
    {
        var dense = new DenseMatrix(a.GetLength(0), a.GetLength(1));
        for (int i = 0; i < a.GetLength(0); i++)
        {
            for (int j = 0; j < a.GetLength(1); j++)
                dense.View[i, j] = a[i, j];
        }

        return dense;
    }

    public static double[,] Array(MatrixView<double> view)
    {
        double[,] a = new double[view.Rows, view.Columns];
        for (int i = 0; i < a.GetLength(0); i++)
        {
            for (int j = 0; j < a.GetLength(1); j++)
                a[i, j] = view[i, j];
        }

        return a;
    }

    public static void AssertEqual(double[,] expected, double[,] actual, double tolerance)
    {
        Assert.Equal((expected.GetLength(0), expected.GetLength(1)), (actual.GetLength(0), actual.GetLength(1)));
        for (int i = 0; i < expected.GetLength(0); i++)
        {
            for (int j = 0; j < expected.GetLength(1); j++)
                Assert.Equal(expected[i, j], actual[i, j], tolerance);
        }
    }

    private static void Fill(double[,] a, Random random)
    {
        for (int i = 0; i < a.GetLength(0); i++)
        {
            for (int j = 0; j < a.GetLength(1); j++)
                a[i, j] = 2 * random.NextDouble() - 1;
        }
    }
}
