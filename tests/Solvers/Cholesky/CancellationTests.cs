using NeuralKernels.Abstractions;
using NeuralKernels.Solvers;

namespace NeuralKernels.Tests.Solvers;

public sealed class CancellationTests
{
    // Cancels in the middle of each stage; the fit must notice and leave.
    [Theory]
    [InlineData(FactorMethod.Cholesky, "copy the Gram matrix")]
    [InlineData(FactorMethod.Cholesky, "factor, ridge 0.1")]
    [InlineData(FactorMethod.Cholesky, "residual")]
    [InlineData(FactorMethod.Eigen, "eigendecomposition")]
    [InlineData(FactorMethod.Eigen, "residual")]
    public void Fit_CancelledInAStage_Stops(FactorMethod method, string stage)
    {
        using Problem problem = Problem.Random(400, rank: 4);
        using var source = new CancellationTokenSource();
        var context = new FitContext { Cancellation = source.Token, Progress = new CancelAt(stage, source) };
        Assert.ThrowsAny<OperationCanceledException>(() => problem.Fit(new CholeskySolverOptions { Ridge = [0.1], Method = method }, context).Dispose());
        Assert.True(source.IsCancellationRequested);
    }

    [Fact]
    public void PredictVariance_WhenCancelled_Stops()
    {
        using Problem problem = Problem.Random(5);
        using IModel model = problem.Fit(new CholeskySolverOptions());
        using var variance = Problem.Dense(new double[5, 2]);
        Assert.ThrowsAny<OperationCanceledException>(
            () => model.PredictVariance(problem.CrossKernel, new double[5], variance.View, new CancellationToken(canceled: true)));
    }

    private sealed class CancelAt(string stage, CancellationTokenSource source) : IProgress<SolverProgress>
    {
        public void Report(SolverProgress value)
        {
            if (value.Stage == stage)
                source.Cancel();
        }
    }
}
