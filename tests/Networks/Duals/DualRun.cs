using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using NeuralKernels.Compute;
using NeuralKernels.Networks;

namespace NeuralKernels.Tests.Networks;

/// <summary>Evaluates the dual activation of a nonlinearity on numbers.</summary>
internal static class DualRun
{
    // By reference: equality of layers compares their texts.
    private static readonly ConditionalWeakTable<NumericalNonlinearity, Kept> s_kept = [];

    /// <summary>K' and Kdot in float64.</summary>
    public static (double K, double Dot) Pair(Nonlinearity phi, double q1, double q2, double k) =>
        Lanes<ScalarDouble, double>(phi, q1, q2, k, v => new ScalarDouble(v), v => v.Value);

    /// <summary>K' and Kdot at k = q1 = q2 = q.</summary>
    public static (double K, double Dot) Diagonal(Nonlinearity phi, double q) =>
        phi.Accept<DiagonalConsumer, (double, double)>(new DiagonalConsumer(q));

    /// <summary>The expansion of a numerical nonlinearity, made once.</summary>
    public static HermiteExpansion Expansion(NumericalNonlinearity phi) => s_kept.GetValue(phi, p => new Kept(p)).Expansion;

    /// <summary>The factors of an example of variance q.</summary>
    public static double[] Factors(NumericalNonlinearity phi, double q) => Expanded(phi, q).Factors;

    /// <summary>K' and Kdot on a vector type; the factors of the sides are made in float64 and rounded, as in a tile.</summary>
    public static (double K, double Dot) Lanes<TReal, TScalar>(
        Nonlinearity phi, double q1, double q2, double k, Func<double, TReal> broadcast, Func<TReal, double> read)
        where TReal : struct, IRealVector<TReal, TScalar>
        where TScalar : unmanaged =>
        phi.Accept<PairConsumer<TReal, TScalar>, (double, double)>(new PairConsumer<TReal, TScalar>(q1, q2, k, broadcast, read));

    private static (double[] Factors, (double, double) Diagonal) Expanded(NumericalNonlinearity phi, double q) => s_kept.GetValue(phi, p => new Kept(p)).Of(q);

    private sealed class Kept(NumericalNonlinearity phi)
    {
        private readonly ConcurrentDictionary<double, (double[] Factors, (double, double) Diagonal)> _expanded = new();

        public HermiteExpansion Expansion { get; } = new(phi);

        public (double[] Factors, (double, double) Diagonal) Of(double variance) => _expanded.GetOrAdd(variance, q =>
        {
            double[] factors = new double[Expansion.Factors];
            (double, double) diagonal = Expansion.Expand(q, factors);
            return (factors, diagonal);
        });
    }

    private readonly record struct DiagonalConsumer(double Q) : IDualConsumer<(double, double)>
    {
        public (double, double) Take<TDual>(TDual dual)
            where TDual : struct, IDualActivation
        {
            Dual<ScalarDouble> result = dual.Diagonal(new ScalarDouble(Q));
            return (result.Covariance.Value, result.Derivative.Value);
        }

        public (double, double) Take(NumericalNonlinearity nonlinearity) => Expanded(nonlinearity, Q).Diagonal;
    }

    private readonly record struct PairConsumer<TReal, TScalar>(
        double Q1, double Q2, double K, Func<double, TReal> Broadcast, Func<TReal, double> Read) : IDualConsumer<(double, double)>
        where TReal : struct, IRealVector<TReal, TScalar>
        where TScalar : unmanaged
    {
        public (double, double) Take<TDual>(TDual dual)
            where TDual : struct, IDualActivation
        {
            Dual<TReal> result = dual.Evaluate(Broadcast(K), Side(dual, Q1), Side(dual, Q2));
            return (Read(result.Covariance), Read(result.Derivative));
        }

        public unsafe (double, double) Take(NumericalNonlinearity nonlinearity)
        {
            TScalar[] x = Lanes(Factors(nonlinearity, Q1)), y = Lanes(Factors(nonlinearity, Q2));
            fixed (TScalar* left = x, right = y)
            {
                Dual<TReal> result = new MehlerSeries<TScalar, TReal, RowPerLane<TScalar, TReal>>(Expansion(nonlinearity))
                    .Evaluate(Broadcast(K), left, TReal.Lanes, right, TReal.Lanes);
                return (Read(result.Covariance), Read(result.Derivative));
            }
        }

        private unsafe TScalar[] Lanes(double[] factors)
        {
            TScalar[] result = new TScalar[factors.Length * TReal.Lanes];
            fixed (TScalar* first = result)
            {
                for (int f = 0; f < factors.Length; f++)
                    TReal.Store(Broadcast(factors[f]), first + f * TReal.Lanes);
            }

            return result;
        }

        private Side<TReal> Side<TDual>(TDual dual, double q)
            where TDual : struct, IDualActivation
        {
            Side<ScalarDouble> side = dual.Side(new ScalarDouble(q));
            return new Side<TReal>(Broadcast(side.A.Value), Broadcast(side.B.Value), Broadcast(side.C.Value));
        }
    }
}
