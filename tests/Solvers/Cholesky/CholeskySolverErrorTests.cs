using NeuralKernels.Abstractions;
using NeuralKernels.Solvers;
using NeuralKernels.Tests.Conformance;

namespace NeuralKernels.Tests.Solvers;

public sealed class CholeskySolverErrorTests
{
    public static TheoryData<FactorMethod> Methods => [FactorMethod.Cholesky, FactorMethod.Eigen];

    [Fact]
    public void Fit_OfRepeatedExamplesWithoutRidge_NamesTheExampleAndARidgeThatWorks()
    {
        using Problem problem = CholeskySolverTests.Duplicates();
        UserErrorException error = Fails(problem, new CholeskySolverOptions { Ridge = [0] });
        Assert.Contains("training example 6", error.Message, StringComparison.Ordinal);
        Assert.Contains("ridge 0 ", error.Message, StringComparison.Ordinal);
        Assert.Contains("jitter: auto", error.Remedy, StringComparison.Ordinal);
        double suggestion = double.Parse(error.Remedy.Split("'ridge: ")[1].Split('\'')[0]);
        Assert.InRange(suggestion, 1e-16, 1e-9);
        problem.Fit(new CholeskySolverOptions { Ridge = [suggestion] }).Dispose();
    }

    [Fact]
    public void Fit_OfRepeatedExamplesByEigenvalues_NamesTheSmallestAndARidgeThatWorks()
    {
        using Problem problem = CholeskySolverTests.Duplicates();
        UserErrorException error = Fails(problem, new CholeskySolverOptions { Ridge = [0], Method = FactorMethod.Eigen });
        Assert.Contains("smallest eigenvalue", error.Message, StringComparison.Ordinal);
        double suggestion = double.Parse(error.Remedy.Split("'ridge: ")[1].Split('\'')[0]);
        problem.Fit(new CholeskySolverOptions { Ridge = [suggestion], Method = FactorMethod.Eigen }).Dispose();
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Fit_OfAnIndefiniteMatrix_FailsWithAllRidgesAtOnce(FactorMethod method)
    {
        using var problem = new Problem(new double[,] { { 1, 3 }, { 3, 1 } }, new double[,] { { 1 }, { 2 } });
        UserErrorException error = Fails(problem, new CholeskySolverOptions { Ridge = [0.1, 1, 0.5], Method = method });
        Assert.Contains("even the largest ridge 1 ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("jitter", error.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Fit_WithJitterThatDoesNotSuffice_Fails(FactorMethod method)
    {
        using var problem = new Problem(new double[,] { { 1, 3 }, { 3, 1 } }, new double[,] { { 1 }, { 2 } });
        Fails(problem, new CholeskySolverOptions { Jitter = JitterMode.Auto, MaxJitter = 0.5, Method = method });
    }

    [Fact]
    public void Fit_OfASingularFloat32Matrix_SuggestsFloat64()
    {
        using Problem duplicates = CholeskySolverTests.Duplicates();
        using var problem = new Problem(duplicates.K, duplicates.Y) { Precision = Precision.Float32 };
        UserErrorException error = Fails(problem, new CholeskySolverOptions { Ridge = [0] });
        Assert.Contains("precision: float64", error.Remedy, StringComparison.Ordinal);
        Assert.Contains("'ridge: 1E-06'", error.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Fit_OfANotFiniteEntry_NamesTheTwoExamples(double value)
    {
        using Problem problem = Problem.Random(200, rank: 3);
        problem.K[170, 20] = problem.K[20, 170] = value;
        Assert.Contains("training examples 170 and 20", Fails(problem, new CholeskySolverOptions()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_OfANotFiniteEntryAmongGaps_NamesTheTwoExamples()
    {
        using Problem random = Problem.Random(200, 1, rank: 3);
        for (int i = 0; i < 100; i++)
            random.Y[i, 0] = double.NaN;
        random.K[170, 120] = random.K[120, 170] = double.NaN;
        using var problem = new Problem(random.K, random.Y);
        Assert.Contains("training examples 120 and 170", Fails(problem, new CholeskySolverOptions()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-1)]
    public void Fit_OfAnImpossibleDiagonal_NamesTheExample(double value)
    {
        using Problem problem = Problem.Random(5);
        problem.K[3, 3] = value;
        Assert.Contains("training example 3", Fails(problem, new CholeskySolverOptions()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_OfAnInfiniteTarget_NamesIt()
    {
        using Problem random = Problem.Random(5);
        random.Y[2, 1] = double.NegativeInfinity;
        using var problem = new Problem(random.K, random.Y);
        Assert.Contains("example 2, output 1", Fails(problem, new CholeskySolverOptions()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_OfAZeroKernel_Fails()
    {
        using var problem = new Problem(new double[2, 2], new double[2, 1]);
        Assert.Contains("is 0", Fails(problem, new CholeskySolverOptions()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_WithoutValidationToChooseBy_SaysWhatNeedsNone()
    {
        using Problem problem = Problem.Random(5);
        UserErrorException error = Fails(problem, new CholeskySolverOptions { Ridge = [1, 2], Select = RidgeSelection.Validation });
        Assert.Contains("leave_one_out", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_WithValidationOfOtherTrainingExamples_Fails()
    {
        using Problem problem = Problem.Random(5), other = Problem.Random(6);
        var validation = new ValidationProblem(other.CrossKernel, _ => 0, "mse", HigherIsBetter: false);
        Assert.Throws<UserErrorException>(
            () => problem.Fit(new CholeskySolverOptions { Ridge = [1, 2], Select = RidgeSelection.Validation }, null, validation).Dispose());
    }

    [Fact]
    public void Fit_OfACrossKernel_Fails()
    {
        using Problem problem = Problem.Random(5);
        using var targets = new DenseMatrix(5, 1);
        Assert.Throws<UserErrorException>(
            () => new CholeskySolver(new CholeskySolverOptions()).Fit(new FitProblem { Kernel = problem.CrossKernel, Targets = targets.View }, new FitContext()));
    }

    [Theory]
    [InlineData(FactorMethod.Cholesky, "split.train")]
    [InlineData(FactorMethod.Auto, "split.train")]
    [InlineData(FactorMethod.Eigen, "method: cholesky")]
    public void Fit_ThatDoesNotFitIntoMemory_SaysHowMuchIsMissingBeforeAnyWork(FactorMethod method, string remedy)
    {
        const int N = 3_000_000;
        var kernel = new DenseKernelMatrix(N, N, (_, _) => throw new InvalidOperationException("Work was begun."), symmetric: true);
        using var targets = new DenseMatrix(N, 1);
        UserErrorException error = Assert.Throws<UserErrorException>(
            () => new CholeskySolver(new CholeskySolverOptions { Method = method }).Fit(new FitProblem { Kernel = kernel, Targets = targets.View }, new FitContext()));
        Assert.Matches(@"needs \d+\.\d\d GiB in float64, \d+\.\d\d GiB are available", error.Message);
        Assert.Contains(remedy, error.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new double[0])]
    [InlineData(new[] { -1.0 })]
    [InlineData(new[] { 1, double.NaN })]
    [InlineData(new[] { double.PositiveInfinity })]
    [InlineData(new[] { 1.0, 2.0, 1.0 })]
    public void Create_WithImpossibleRidges_Fails(double[] ridges) =>
        Assert.Contains("'ridge'", Assert.Throws<UserErrorException>(() => new CholeskySolver(new CholeskySolverOptions { Ridge = ridges })).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(0)]
    [InlineData(1.5)]
    [InlineData(double.NaN)]
    public void Create_WithImpossibleJitter_Fails(double jitter) =>
        Assert.Contains("'max_jitter'", Assert.Throws<UserErrorException>(
            () => new CholeskySolver(new CholeskySolverOptions { MaxJitter = jitter })).Message, StringComparison.Ordinal);

    private static UserErrorException Fails(Problem problem, CholeskySolverOptions options)
    {
        UserErrorException error = Assert.Throws<UserErrorException>(() => problem.Fit(options).Dispose());
        Assert.NotEmpty(error.Remedy);
        return error;
    }
}
