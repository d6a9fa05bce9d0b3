using NeuralKernels.Abstractions;
using NeuralKernels.Solvers;

namespace NeuralKernels.Tests.Solvers;

public sealed class MethodChoiceTests
{
    [Theory]
    [InlineData(1, RidgeSelection.LeaveOneOut, false)]
    [InlineData(10, RidgeSelection.LeaveOneOut, false)]
    [InlineData(20, RidgeSelection.LeaveOneOut, true)]
    [InlineData(20, RidgeSelection.MarginalLikelihood, false)]
    [InlineData(50, RidgeSelection.Validation, true)]
    public void Auto_Always_TakesWhatCostsLess(int ridges, RidgeSelection select, bool eigen) =>
        Assert.Equal(eigen, MethodChoice.UseEigen(Options(ridges) with { Select = select }, 1000, eigenFits: true));

    [Fact]
    public void Auto_WhereAnEigendecompositionIsImpossible_TakesCholesky()
    {
        Assert.False(MethodChoice.UseEigen(Options(50), 1000, eigenFits: false));
        Assert.False(MethodChoice.UseEigen(Options(50), 40_000, eigenFits: true));
    }

    [Fact]
    public void AnExplicitMethod_Always_IsTaken()
    {
        Assert.True(MethodChoice.UseEigen(Options(1) with { Method = FactorMethod.Eigen }, 40_000, eigenFits: false));
        Assert.False(MethodChoice.UseEigen(Options(50) with { Method = FactorMethod.Cholesky }, 1000, eigenFits: true));
    }

    [Fact]
    public void Fit_ByAuto_SaysWhatItTook()
    {
        using Problem problem = Problem.Random(10);
        using IModel one = problem.Fit(Options(2)), many = problem.Fit(Options(30));
        Assert.Equal("Cholesky", one.Diagnostics.Method);
        Assert.StartsWith("eigendecomposition (", many.Diagnostics.Method, StringComparison.Ordinal);
        Assert.Equal(30, many.Diagnostics.RidgePath.Count);
    }

    private static CholeskySolverOptions Options(int ridges) => new() { Ridge = [.. Enumerable.Range(1, ridges).Select(i => 0.01 * i)] };
}
