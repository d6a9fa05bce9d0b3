using System.Numerics;
using NeuralKernels.Compute;
using NeuralKernels.Networks;

namespace NeuralKernels.Tests.Networks;

// Notation as in RectifierFormula.cs: u the correlation, w = 1 - |u|, t the angle, c = W h, m = a b; eps the unit roundoff.
// Errors in units of c eps + W |m| eps, each at its largest (docs/math.md, "Planes: the fused rectifier"):
//   (c / pi) s   2.5 of its own size, at most 0.8, and 2 more for constants that are computed in the same precision: 1.4
//   (c / pi) t   s, 1.8 for the polynomial's fit and 3 for its evaluation, all times (c / pi) t <= c / 2: 4.7; and 0.2 for w
//   J            t, 1 for the sum with c / 2, 1.5 for the offset, 1 for the last sum: at most 9
//   u J + ..     J, (c / pi) s and one rounding: at most 12

/// <summary>The fused formulas of piecewise linear nonlinearities against the scalar ones in float64, within the bound of their analysis.</summary>
public sealed unsafe class RectifierFormulaTests(ITestOutputHelper output)
{
    private const double JUnits = 9;
    private const double ValueUnits = 12;

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.1, 1)]
    [InlineData(-1, 1)]
    [InlineData(1, 1)]
    public void Evaluate_OfAnyCorrelation_StaysWithinAFewUnitsOfRounding(double a, double b)
    {
        foreach (double weight in new[] { 1, 2.0 / 9, 3.7 })
        {
            CheckFormula<float, Float8x>(a, b, weight);
            CheckFormula<float, Float16x>(a, b, weight);
            CheckFormula<double, Double4x>(a, b, weight);
            CheckFormula<double, Double8x>(a, b, weight);
        }
    }

    [Theory]
    [InlineData(0, 1, 2.0 / 9, 0, true)]
    [InlineData(0, 1, 2.0 / 9, 0.3, true)]
    [InlineData(0.1, 1, 1.7, 0.09, false)]
    [InlineData(-1, 1, 0.6, 0.5, true)]
    [InlineData(-1, 1, 0.6, 0, false)]
    [InlineData(1, 1, 1.2, 0.2, false)]
    public void AlongRow_OfAnAffineMapAndARectifier_GivesBothKernelsOfTheScalarFormulas(double a, double b, double weight, double bias, bool isNtk)
    {
        AffineStep affine = isNtk ? new(weight, bias, weight, bias) : new(weight, bias, 4, bias > 0 ? 1 : 0);
        CheckLoop<float, Float8x>(a, b, affine, isNtk);
        CheckLoop<float, Float16x>(a, b, affine, isNtk);
        CheckLoop<double, Double4x>(a, b, affine, isNtk);
        CheckLoop<double, Double8x>(a, b, affine, isNtk);
    }

    [Fact]
    public void Side_OfAZeroExample_GivesCorrelationZero()
    {
        Side<ScalarDouble> zero = Correlation.Side(new ScalarDouble(0));
        Side<Double4x> side = RectifierFormula<Double4x, double>.Side(Double4x.Constant(0), 0.5);
        Assert.Equal((zero.A.Value, zero.B.Value), (side.A.Value[1], side.B.Value[1]));
        Assert.Equal(0, side.B.Value[0]);
    }

    private void CheckFormula<TScalar, TReal>(double a, double b, double weight)
        where TScalar : unmanaged, IBinaryFloatingPointIeee754<TScalar>
        where TReal : struct, IRealVector<TReal, TScalar>
    {
        PiecewiseLinearDual dual = new(a, b);
        using NativeArena arena = new();
        RectifierFormula<TReal, TScalar> formula = Formula<TScalar, TReal>(arena, dual, new AffineStep(weight, 0, weight, 0));
        TScalar* lanes = arena.Take<TScalar>(4 * TReal.Lanes);
        double unit = weight * (dual.HalfSquare + Math.Abs(dual.Product)) * Roundoff<TScalar>();
        double worstJ = 0, worstValue = 0;
        foreach (TScalar correlation in Correlations<TScalar>())
        {
            // A lane of its own for u, the others hold -u: two correlations at once where the loops take two.
            TReal u = TReal.Broadcast(correlation);
            TReal j, value, secondJ, secondValue;
            if (TReal.IsSinglePrecision)
            {
                formula.EvaluateInSingle(u, out j, out value);
                formula.EvaluateInSingle(-u, out secondJ, out secondValue);
            }
            else
            {
                formula.EvaluateTwoInDouble(u, -u, out j, out secondJ, out value, out secondValue);
            }

            TReal.Store(j, lanes);
            TReal.Store(value, lanes + TReal.Lanes);
            TReal.Store(secondJ, lanes + 2 * TReal.Lanes);
            TReal.Store(secondValue, lanes + 3 * TReal.Lanes);
            double x = double.CreateChecked(correlation);
            for (int lane = 0; lane < TReal.Lanes; lane++)
            {
                Check(x, lanes[lane], lanes[TReal.Lanes + lane]);
                Check(-x, lanes[2 * TReal.Lanes + lane], lanes[3 * TReal.Lanes + lane]);
            }
        }

        output.WriteLine($"a = {a}, b = {b}, W = {weight:g3} in {typeof(TReal).Name}: J {worstJ:f2}, value {worstValue:f2} units");

        void Check(double x, TScalar actualJ, TScalar actualValue)
        {
            (double expectedJ, double expectedValue) = Expected(dual, weight, x);
            worstJ = Math.Max(worstJ, Math.Abs(double.CreateChecked(actualJ) - expectedJ) / unit);
            worstValue = Math.Max(worstValue, Math.Abs(double.CreateChecked(actualValue) - expectedValue) / unit);
            string What() => $"of u = {x:r}, a = {a}, b = {b}, W = {weight} in {typeof(TReal).Name}";
            Near(expectedJ, double.CreateChecked(actualJ), JUnits * unit, () => $"J {What()}");
            Near(expectedValue, double.CreateChecked(actualValue), ValueUnits * unit, () => $"value {What()}");
        }
    }

    // J and u J + (c / pi) s; the angle from w where that is exact, which keeps its digits near u = 1 and -1.
    private static (double J, double Value) Expected(PiecewiseLinearDual dual, double weight, double u)
    {
        double w = Math.Max(1 - Math.Abs(u), 0);
        double t = w < 0.5 ? 2 * Math.Asin(Math.Sqrt(w / 2)) : Math.Acos(Math.Abs(u));
        double k0 = u < 0 ? t / Math.PI : 1 - t / Math.PI;
        double j = weight * (dual.Product + dual.HalfSquare * k0);
        return (j, u * j + weight * dual.HalfSquare / Math.PI * Math.Sqrt(w * (2 - w)));
    }

    // A row of points whose lanes have variances and correlations of their own, read with the taps of one position.
    private static void CheckLoop<TScalar, TReal>(double a, double b, AffineStep affine, bool isNtk)
        where TScalar : unmanaged, IBinaryFloatingPointIeee754<TScalar>
        where TReal : struct, IRealVector<TReal, TScalar>
    {
        const int Spare = PlaneProgram.SparePositions;
        PiecewiseLinearDual dual = new(a, b);
        using NativeArena arena = new();
        TScalar[] correlations = Correlations<TScalar>();
        int count = correlations.Length, lanes = TReal.Lanes;
        TScalar* x = arena.Take<TScalar>(2 * (count + Spare));
        TScalar* y = arena.Take<TScalar>(2 * (count + Spare) * lanes);
        TScalar* input = arena.Take<TScalar>(2 * (count + Spare) * lanes);
        TScalar* output = arena.Take<TScalar>(2 * (count + Spare) * lanes);
        double[] q1 = new double[count], q2 = new double[count * lanes];
        RandomStream random = new(7, "rectifier loops");
        for (int i = 0; i < count; i++)
        {
            // Variances are at least the bias's part of them.
            q1[i] = affine.Bias + 0.1 + 3 * random.NextDouble();
            (x[2 * i], x[2 * i + 1]) = Factors(q1[i]);
            for (int lane = 0; lane < lanes; lane++)
            {
                int point = i * lanes + lane;
                q2[point] = affine.Bias + 0.1 + 3 * random.NextDouble();
                (y[2 * i * lanes + lane], y[(2 * i + 1) * lanes + lane]) = Factors(q2[point]);
                double u = double.CreateChecked(correlations[(i + lane) % count]);
                input[2 * i * lanes + lane] = TScalar.CreateChecked((u * Math.Sqrt(q1[i] * q2[point]) - affine.Bias) / affine.Weight);
                input[(2 * i + 1) * lanes + lane] = TScalar.CreateChecked(2 * random.NextDouble() - 1);
            }
        }

        TScalar* table = Table<TScalar, TReal>(arena, dual, affine);
        RectifierRow<TScalar> row = new(output, x, y);
        if (isNtk)
            RectifierLoops<TScalar, TReal, OneRow<TScalar, TReal>, NtkForm>.AlongRow(table, input, 1, count, row);
        else
            RectifierLoops<TScalar, TReal, OneRow<TScalar, TReal>, AffineForm>.AlongRow(table, input, 1, count, row);
        for (int i = 0; i < count; i++)
        {
            for (int lane = 0; lane < lanes; lane++)
                CheckPoint(i, lane);
        }

        (TScalar A, TScalar B) Factors(double q)
        {
            Side<Double4x> side = RectifierFormula<Double4x, double>.Side(Double4x.Constant(q), affine.Weight);
            return (TScalar.CreateChecked(side.A.Value[0]), TScalar.CreateChecked(side.B.Value[0]));
        }

        void CheckPoint(int i, int lane)
        {
            int at = 2 * i * lanes + lane;
            double s = double.CreateChecked(input[at]), sT = double.CreateChecked(input[at + lanes]);
            double root = Math.Sqrt(q1[i] * q2[i * lanes + lane]), u = (affine.Weight * s + affine.Bias) / root, eps = Roundoff<TScalar>();
            (double k, double t) = affine.Advance(s, sT);

            // u has one rounding of each factor, of their product, of the sum and of the product with it, the bias at most one of 1, the check as many.
            double e = 8 * eps;
            (double value, double slope) = Scalar(k);
            (double lowValue, double lowSlope) = Scalar(k - e * root);
            (double highValue, double highSlope) = Scalar(k + e * root);
            double size = (dual.HalfSquare + Math.Abs(dual.Product)) * eps;
            double valueBound = Math.Max(Math.Abs(lowValue - value), Math.Abs(highValue - value)) + (ValueUnits + 4) * size * root;
            double slopeBound = Math.Max(Math.Abs(lowSlope - slope), Math.Abs(highSlope - slope)) + (JUnits + 1) * size;
            double terms = affine.Weight * Math.Abs(sT) + affine.WeightToTangent * (Math.Abs(s) + affine.Bias / affine.Weight) + affine.BiasToTangent;
            string What() => $"of u = {u:r} in {typeof(TReal).Name}";
            Near(value, double.CreateChecked(output[at]), valueBound, () => $"K' {What()}");
            Near(t * slope, double.CreateChecked(output[at + lanes]), Math.Abs(t) * slopeBound + 6 * eps * terms * Math.Abs(slope), () => $"T' {What()}");

            (double Value, double Slope) Scalar(double covariance)
            {
                Side<ScalarDouble> row = dual.Side(new ScalarDouble(q1[i])), column = dual.Side(new ScalarDouble(q2[i * lanes + lane]));
                Dual<ScalarDouble> result = dual.Evaluate(new ScalarDouble(covariance), row, column);
                return (result.Covariance.Value, result.Derivative.Value);
            }
        }
    }

    // Both ends and what rounding makes of them, 0, neighbours of all these, and a grid.
    private static TScalar[] Correlations<TScalar>()
        where TScalar : unmanaged, IBinaryFloatingPointIeee754<TScalar>
    {
        TScalar one = TScalar.One;
        List<TScalar> list = [TScalar.Zero, one, -one, TScalar.BitIncrement(one), -TScalar.BitIncrement(one), TScalar.CreateChecked(1e-30)];
        for (int power = 1; power < 60; power++)
        {
            TScalar complement = TScalar.ScaleB(one, -power);
            list.AddRange([complement, -complement, one - complement, complement - one]);
        }

        list.AddRange(Enumerable.Range(-500, 1001).Select(i => TScalar.CreateChecked(i / 500.0)));
        return [.. list];
    }

    private static double Roundoff<TScalar>() => typeof(TScalar) == typeof(float) ? Math.ScaleB(1, -24) : Math.ScaleB(1, -53);

    private static TScalar* Table<TScalar, TReal>(NativeArena arena, PiecewiseLinearDual dual, AffineStep affine)
        where TScalar : unmanaged
        where TReal : struct, IRealVector<TReal, TScalar>
    {
        TScalar* table = arena.Take<TScalar>(RectifierFormula<TReal, TScalar>.Count * TReal.Lanes);
        RectifierFormula<TReal, TScalar>.Fill(dual, affine, table);
        return table;
    }

    private static RectifierFormula<TReal, TScalar> Formula<TScalar, TReal>(NativeArena arena, PiecewiseLinearDual dual, AffineStep affine)
        where TScalar : unmanaged
        where TReal : struct, IRealVector<TReal, TScalar> => new(Table<TScalar, TReal>(arena, dual, affine));

    private static void Near(double expected, double actual, double bound, Func<string> what)
    {
        double error = Math.Abs(actual - expected);
        if (!(error <= bound))
            Assert.Fail($"{what()}: {actual:r} instead of {expected:r}, {error / bound:g3} of the bound");
    }
}
