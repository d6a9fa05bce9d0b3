using NeuralKernels.Abstractions;
using NeuralKernels.Solvers;
using NeuralKernels.Tests.Conformance;

namespace NeuralKernels.Tests.Solvers;

public sealed class RidgeSelectionTests
{
    private static readonly double[] s_ridges = [1e-3, 1e-2, 0.1, 1, 10];

    public static TheoryData<FactorMethod> Methods => [FactorMethod.Cholesky, FactorMethod.Eigen];

    [Theory]
    [MemberData(nameof(Methods))]
    public void LeaveOneOut_Always_EqualsRefittingWithoutEachExample(FactorMethod method)
    {
        using Problem problem = Problem.Random(25);
        using IModel model = problem.Fit(new CholeskySolverOptions { Ridge = s_ridges, Method = method });
        double[] expected = [.. s_ridges.Select(ridge => Reference.LeaveOneOut(problem.K, problem.Y, ridge * problem.MeanDiagonal))];
        AssertPath(expected, model);
        Assert.Equal(s_ridges[Array.IndexOf(expected, expected.Min())], model.Diagnostics.RidgeOption);
        Assert.Equal("leave-one-out mean squared error", model.Diagnostics.Selection);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void MarginalLikelihood_Always_EqualsTheLogDensity(FactorMethod method)
    {
        using Problem problem = Problem.Random(25);
        using IModel model = problem.Fit(new CholeskySolverOptions { Ridge = s_ridges, Method = method, Select = RidgeSelection.MarginalLikelihood });
        double[] expected = [.. s_ridges.Select(ridge => Reference.LogMarginalLikelihood(problem.K, problem.Y, ridge * problem.MeanDiagonal))];
        AssertPath(expected, model);
        Assert.Equal(s_ridges[Array.IndexOf(expected, expected.Max())], model.Diagnostics.RidgeOption);
        Assert.Equal(expected.Max(), model.Diagnostics.LogMarginalLikelihood!.Value, 1e-8);
        Assert.Equal("log marginal likelihood", model.Diagnostics.Selection);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Validation_Always_ScoresThePredictionsOfEachRidge(FactorMethod method)
    {
        using Problem problem = Problem.Random(25);
        double[,] truth = new double[5, 2];
        var validation = new ValidationProblem(problem.CrossKernel, predictions => MeanSquare(predictions, truth), "mse", HigherIsBetter: false);
        using IModel model = problem.Fit(new CholeskySolverOptions { Ridge = s_ridges, Method = method, Select = RidgeSelection.Validation }, null, validation);
        double[] expected = new double[s_ridges.Length];
        for (int i = 0; i < expected.Length; i++)
        {
            double[,] alpha = Reference.Solve(Reference.Shift(problem.K, s_ridges[i] * problem.MeanDiagonal), problem.Y).X;
            for (int row = 0; row < 5; row++)
            {
                for (int output = 0; output < 2; output++)
                    expected[i] += Math.Pow(Enumerable.Range(0, 25).Sum(j => problem.Cross[row, j] * alpha[j, output]), 2) / 10;
            }
        }

        AssertPath(expected, model);
        Assert.Equal(10, model.Diagnostics.RidgeOption);
        Assert.Equal("validation mse", model.Diagnostics.Selection);
    }

    [Fact]
    public void Validation_OfAScoreThatIsToBeHigh_TakesTheHighest()
    {
        using Problem problem = Problem.Random(10);
        double[] scores = [0.1, 0.9, double.NaN, 0.3, 0.2];
        int call = 0;
        var validation = new ValidationProblem(problem.CrossKernel, _ => scores[call++], "accuracy", HigherIsBetter: true);
        using IModel model = problem.Fit(new CholeskySolverOptions { Ridge = s_ridges, Select = RidgeSelection.Validation }, null, validation);
        Assert.Equal(1e-2, model.Diagnostics.RidgeOption);
        Assert.Equal(scores, model.Diagnostics.RidgePath.Select(point => point.Score));
    }

    [Fact]
    public void Validation_OfEqualScores_PrefersTheLargerRidge()
    {
        using Problem problem = Problem.Random(10);
        foreach (bool higher in (bool[])[true, false])
        {
            var validation = new ValidationProblem(problem.CrossKernel, _ => 0.5, "accuracy", higher);
            using IModel model = problem.Fit(new CholeskySolverOptions { Ridge = [1, 3, 2], Select = RidgeSelection.Validation }, null, validation);
            Assert.Equal(3, model.Diagnostics.RidgeOption);
        }
    }

    [Fact]
    public void Validation_WhoseScoresAreAllNotANumber_Fails()
    {
        using Problem problem = Problem.Random(10);
        var validation = new ValidationProblem(problem.CrossKernel, _ => double.NaN, "accuracy", HigherIsBetter: true);
        UserErrorException error = Assert.Throws<UserErrorException>(
            () => problem.Fit(new CholeskySolverOptions { Ridge = s_ridges, Select = RidgeSelection.Validation }, null, validation).Dispose());
        Assert.Contains("accuracy", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Fit_WithRidgesThatAreTooSmall_PassesOverThem(FactorMethod method)
    {
        using Problem problem = CholeskySolverTests.Duplicates();
        using IModel model = problem.Fit(new CholeskySolverOptions { Ridge = [0, 1e-18, 0.1, 1], Method = method });
        Assert.Equal([true, true, false, false], model.Diagnostics.RidgePath.Select(point => double.IsNaN(point.Score)));
        Assert.Contains(model.Diagnostics.RidgeOption, (double[])[0.1, 1]);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Fit_WithAChoice_SolvesWithTheChosenRidge(FactorMethod method)
    {
        using Problem problem = Problem.Random(300, rank: 30);
        using IModel chosen = problem.Fit(new CholeskySolverOptions { Ridge = s_ridges, Method = method });
        using IModel single = problem.Fit(new CholeskySolverOptions { Ridge = [chosen.Diagnostics.RidgeOption], Method = method });
        Problem.AssertEqual(problem.Coefficients(single), problem.Coefficients(chosen), 1e-12);
    }

    [Fact]
    public void Methods_OnOnePath_Agree()
    {
        using Problem problem = Problem.Random(80);
        foreach (RidgeSelection select in (RidgeSelection[])[RidgeSelection.LeaveOneOut, RidgeSelection.MarginalLikelihood])
        {
            var options = new CholeskySolverOptions { Ridge = s_ridges, Select = select, Diagnostics = DiagnosticsLevel.Full };
            using IModel cholesky = problem.Fit(options with { Method = FactorMethod.Cholesky }), eigen = problem.Fit(options with { Method = FactorMethod.Eigen });
            AssertPath([.. cholesky.Diagnostics.RidgePath.Select(point => point.Score)], eigen);
            Problem.AssertEqual(problem.Coefficients(cholesky), problem.Coefficients(eigen), 1e-9);
            Assert.Equal(cholesky.Diagnostics.EffectiveDegreesOfFreedom!.Value, eigen.Diagnostics.EffectiveDegreesOfFreedom!.Value, 1e-8);
            Assert.Equal(cholesky.Diagnostics.Condition!.Value, eigen.Diagnostics.Condition!.Value, 0.01 * cholesky.Diagnostics.Condition.Value);
        }
    }

    [Theory]
    [InlineData(RidgeSelection.Validation, 2, true)]
    [InlineData(RidgeSelection.Validation, 1, false)]
    [InlineData(RidgeSelection.LeaveOneOut, 2, false)]
    [InlineData(RidgeSelection.MarginalLikelihood, 2, false)]
    public void NeedsValidation_Only_ToChooseByIt(RidgeSelection select, int ridges, bool expected) =>
        Assert.Equal(expected, new CholeskySolver(new CholeskySolverOptions { Ridge = s_ridges[..ridges], Select = select }).NeedsValidation);

    private static double MeanSquare(MatrixView<double> predictions, double[,] truth)
    {
        double sum = 0;
        for (int i = 0; i < truth.GetLength(0); i++)
        {
            for (int j = 0; j < truth.GetLength(1); j++)
                sum += Math.Pow(predictions[i, j] - truth[i, j], 2);
        }

        return sum / truth.Length;
    }

    private static void AssertPath(double[] expected, IModel model)
    {
        Assert.Equal(s_ridges, model.Diagnostics.RidgePath.Select(point => point.RidgeOption));
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], model.Diagnostics.RidgePath[i].Score, 1e-8 * Math.Max(1, Math.Abs(expected[i])));
    }
}
