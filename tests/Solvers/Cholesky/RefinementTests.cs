using NeuralKernels.Abstractions;
using NeuralKernels.Solvers;

namespace NeuralKernels.Tests.Solvers;

public sealed class RefinementTests
{
    [Theory]
    [InlineData(FactorMethod.Cholesky)]
    [InlineData(FactorMethod.Eigen)]
    public void Fit_WithAnInexactFactor_RefinesTheSolution(FactorMethod method)
    {
        // A factor of blocks with errors of 1e-6 solves to about 1e-6; one step of refinement squares that.
        using Problem problem = Problem.Random(40);
        var kernel = new InexactBlocks(problem.Kernel, 1e-6);
        using IModel model = Fit(problem, kernel, method);
        Assert.InRange(model.Diagnostics.RelativeResidual!.Value, 0, 1e-10);
        double[,] expected = Reference.Solve(Reference.Shift(problem.K, model.Diagnostics.Ridge), problem.Y).X;
        Problem.AssertEqual(expected, problem.Coefficients(model), 1e-8);
        Assert.Equal(2, kernel.Products);
    }

    [Fact]
    public void Fit_WithAnExactFactor_TakesOneProductWithTheKernel()
    {
        using Problem problem = Problem.Random(40);
        var kernel = new InexactBlocks(problem.Kernel, 0);
        using IModel model = Fit(problem, kernel, FactorMethod.Cholesky);
        Assert.Equal(1, kernel.Products);
    }

    [Fact]
    public void Fit_WithAFactorOfAnotherMatrix_ReportsTheResidualOfTheKernel()
    {
        using Problem problem = Problem.Random(40);
        using IModel model = Fit(problem, new InexactBlocks(problem.Kernel, 0.9), FactorMethod.Cholesky);
        Assert.InRange(model.Diagnostics.RelativeResidual!.Value, 0.01, double.MaxValue);
    }

    private static IModel Fit(Problem problem, IKernelMatrix kernel, FactorMethod method)
    {
        using var targets = Problem.Dense(problem.Y);
        return new CholeskySolver(new CholeskySolverOptions { Ridge = [0.1], Method = method })
            .Fit(new FitProblem { Kernel = kernel, Targets = targets.View }, new FitContext());
    }

    /// <summary>A Gram matrix whose blocks are copied with relative errors, except on the diagonal, while its products are exact.</summary>
    private sealed class InexactBlocks(IKernelMatrix exact, double error) : IKernelMatrix
    {
        public int Products { get; private set; }

        public long Rows => exact.Rows;

        public long Columns => exact.Columns;

        public bool IsSymmetric => true;

        public Precision Precision => exact.Precision;

        public void Diagonal(Span<double> destination) => exact.Diagonal(destination);

        public void Multiply(MatrixView<double> vectors, MatrixView<double> result, CancellationToken cancellation)
        {
            Products++;
            exact.Multiply(vectors, result, cancellation);
        }

        public void CopyBlock(long row, long column, MatrixView<double> destination)
        {
            exact.CopyBlock(row, column, destination);
            for (nint i = 0; i < destination.Rows; i++)
            {
                for (nint j = 0; j < destination.Columns; j++)
                {
                    if (row + i != column + j)
                        destination[i, j] *= 1 - error;
                }
            }
        }
    }
}
