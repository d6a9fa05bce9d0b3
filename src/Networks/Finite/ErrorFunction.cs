namespace NeuralKernels.Networks;

// Notation (Abramowitz and Stegun 1964): erf x = 2/sqrt(pi) integral of e^(-t^2) from 0 to x.
//   7.1.6    erf x = 2/sqrt(pi) e^(-x^2) sum_n 2^n x^(2n+1) / (1 3 .. (2n+1)): all terms have one sign, nothing cancels
//   7.1.14   erfc x = e^(-x^2) / sqrt(pi) / (x + (1/2) / (x + 1 / (x + (3/2) / (x + ..))))

/// <summary>The error function of a double, to a few units in the last place.</summary>
internal static class ErrorFunction
{
    // Where the series takes some fifty terms and the continued fraction below thirty.
    private const double Middle = 3;
    private const int FractionTerms = 30;

    /// <summary>erf x.</summary>
    public static double Erf(double x)
    {
        double magnitude = Math.Abs(x);
        if (!(magnitude > Middle))
            return Series(x);
        double fraction = magnitude;
        for (int n = FractionTerms; n > 0; n--)
            fraction = magnitude + 0.5 * n / fraction;
        return Math.CopySign(1 - Math.Exp(-x * x) / (Math.Sqrt(Math.PI) * fraction), x);
    }

    /// <summary>erf' x = 2/sqrt(pi) e^(-x^2).</summary>
    public static double Derivative(double x) => 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x);

    private static double Series(double x)
    {
        double term = x;
        double sum = x;
        for (int n = 1; Math.Abs(term) > 1e-17 * Math.Abs(sum); n++)
        {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }

        return sum * Derivative(x);
    }
}
