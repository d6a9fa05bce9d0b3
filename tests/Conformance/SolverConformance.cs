using NeuralKernels.Abstractions;

namespace NeuralKernels.Tests.Conformance;

/// <summary>What every solver owes. Subclass it and say how to make yours.</summary>
public abstract class SolverConformance
{
    private const int Examples = 40;
    private const int Outputs = 3;

    /// <summary>Makes the solver with a ridge of 0.01 of the mean diagonal, and otherwise as precise as it gets.</summary>
    protected abstract ISolver Create();

    /// <summary>The relative residual that it reaches.</summary>
    protected virtual double Tolerance => 1e-9;

    /// <summary>A smooth kernel of points on a line: points 0 to 39 are for training, 40 to 49 for tests.</summary>
    protected static double Kernel(long i, long j) => 2 * Math.Exp(-0.5 * Math.Pow(Place(i) - Place(j), 2));

    [Fact]
    public void Fit_Always_SolvesTheRegularizedSystem()
    {
        using IModel model = Fit();
        using DenseMatrix targets = MakeTargets();
        Assert.Equal(Examples, (int)model.Coefficients.Rows);
        Assert.Equal(Outputs, (int)model.Coefficients.Columns);
        for (int output = 0; output < Outputs; output++)
        {
            double residual = 0, norm = 0;
            for (int i = 0; i < Examples; i++)
            {
                double sum = model.Diagnostics.Ridge * model.Coefficients[i, output] - targets.View[i, output];
                for (int j = 0; j < Examples; j++)
                    sum += Kernel(i, j) * model.Coefficients[j, output];
                residual += sum * sum;
                norm += targets.View[i, output] * targets.View[i, output];
            }

            Assert.InRange(Math.Sqrt(residual / norm), 0, 10 * Tolerance);
        }
    }

    [Fact]
    public void Fit_Always_ReportsWhatItDid()
    {
        using IModel model = Fit();
        Assert.NotEmpty(model.Diagnostics.Method);
        Assert.Equal(0.01, model.Diagnostics.RidgeOption, 12);
        Assert.Equal(0.02, model.Diagnostics.Ridge, 12);
        Assert.True(model.Diagnostics.Time > TimeSpan.Zero);
        Assert.True(model.Diagnostics.RelativeResidual is null or <= 1e-3);
    }

    [Fact]
    public void Fit_Twice_GivesTheSameBits()
    {
        using IModel first = Fit(), second = Fit(), serial = Fit(new FitContext { Seed = 1, Threads = 1 });
        for (int i = 0; i < Examples; i++)
        {
            Assert.Equal(first.Coefficients.Row(i).ToArray(), second.Coefficients.Row(i).ToArray());
            Assert.Equal(first.Coefficients.Row(i).ToArray(), serial.Coefficients.Row(i).ToArray());
        }
    }

    [Fact]
    public void Fit_WithMissingTargets_IgnoresThem()
    {
        using DenseMatrix targets = MakeTargets();
        targets.View[3, 1] = targets.View[7, 1] = targets.View[7, 2] = double.NaN;
        using IModel complete = Fit(), model = Fit(targets: targets);
        Assert.Equal(0, model.Coefficients[3, 1]);
        Assert.Equal(0, model.Coefficients[7, 2]);
        for (int i = 0; i < Examples; i++)
        {
            Assert.All(model.Coefficients.Row(i).ToArray(), value => Assert.True(double.IsFinite(value)));
            Assert.Equal(complete.Coefficients[i, 0], model.Coefficients[i, 0], 1e4 * Tolerance);
        }
    }

    [Fact]
    public void Fit_OfAnInfiniteKernelEntry_Fails()
    {
        var kernel = new DenseKernelMatrix(Examples, Examples, (i, j) => i == j || i + j != 5 ? Kernel(i, j) : double.NaN, symmetric: true);
        Assert.NotEmpty(Assert.Throws<UserErrorException>(() => Fit(kernel: kernel).Dispose()).Remedy);
    }

    [Fact]
    public void Fit_OfTargetsOfAnotherLength_Fails()
    {
        var kernel = new DenseKernelMatrix(Examples + 1, Examples + 1, Kernel, symmetric: true);
        Assert.Throws<UserErrorException>(() => Fit(kernel: kernel).Dispose());
    }

    [Fact]
    public void Fit_WhenCancelled_Stops() => Assert.ThrowsAny<OperationCanceledException>(
        () => Fit(new FitContext { Cancellation = new CancellationToken(canceled: true) }).Dispose());

    [Fact]
    public void Fit_Always_ReportsGrowingProgress()
    {
        var progress = new Recorder();
        Fit(new FitContext { Progress = progress }).Dispose();
        Assert.NotEmpty(progress.Fractions);
        Assert.Equal(progress.Fractions.Order(), progress.Fractions);
        Assert.All(progress.Fractions, fraction => Assert.InRange(fraction, 0, 1));
    }

    [Fact]
    public void Predict_Always_MultipliesTheKernelWithTheCoefficients()
    {
        using IModel model = Fit();
        DenseKernelMatrix cross = Cross();
        using var mean = new DenseMatrix(10, Outputs);
        model.Predict(cross, mean.View, default);
        for (int i = 0; i < 10; i++)
        {
            for (int output = 0; output < Outputs; output++)
                Assert.Equal(Enumerable.Range(0, Examples).Sum(j => Kernel(40 + i, j) * model.Coefficients[j, output]), mean.View[i, output], 1e-9);
        }
    }

    [Fact]
    public void PredictVariance_WhereOffered_LiesBetweenZeroAndThePrior()
    {
        using IModel model = Fit();
        double[] prior = [.. Enumerable.Range(40, 10).Select(i => Kernel(i, i))];
        using var variance = new DenseMatrix(10, Outputs);
        if (!model.ProvidesVariance)
        {
            Assert.Throws<NotSupportedException>(() => model.PredictVariance(Cross(), prior, variance.View, default));
            return;
        }

        model.PredictVariance(Cross(), prior, variance.View, default);
        for (int i = 0; i < 10; i++)
        {
            Assert.All(variance.View.Row(i).ToArray(), value => Assert.InRange(value, 0, prior[i]));
            Assert.Contains(variance.View.Row(i).ToArray(), value => value < prior[i]);
        }
    }

    private static double Place(long i) => i < Examples ? 0.25 * i + 0.1 * Math.Sin(7 * i) : 0.9 * (i - Examples);

    private static DenseMatrix MakeTargets()
    {
        var targets = new DenseMatrix(Examples, Outputs);
        for (int i = 0; i < Examples; i++)
        {
            for (int output = 0; output < Outputs; output++)
                targets.View[i, output] = Math.Sin((output + 1) * Place(i)) + 0.1 * output;
        }

        return targets;
    }

    private static DenseKernelMatrix Cross() => new(10, Examples, (i, j) => Kernel(Examples + i, j), symmetric: false);

    private IModel Fit(FitContext? context = null, DenseKernelMatrix? kernel = null, DenseMatrix? targets = null)
    {
        using DenseMatrix own = MakeTargets();
        var problem = new FitProblem
        {
            Kernel = kernel ?? new DenseKernelMatrix(Examples, Examples, Kernel, symmetric: true),
            Targets = (targets ?? own).View,
        };
        return Create().Fit(problem, context ?? new FitContext { Seed = 1 });
    }

    private sealed class Recorder : IProgress<SolverProgress>
    {
        public List<double> Fractions { get; } = [];

        public void Report(SolverProgress value)
        {
            lock (Fractions)
                Fractions.Add(value.Fraction);
        }
    }
}
