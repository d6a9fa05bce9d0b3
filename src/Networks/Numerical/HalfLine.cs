using NeuralKernels.Abstractions;

namespace NeuralKernels.Networks;

// Notation as in HermiteExpansion.cs.

/// <summary>The even and the odd part of f(sqrt(q) x) at the nodes of a rule, checked for what the rule can integrate.</summary>
internal readonly struct HalfLine
{
    public readonly double[] Even, Odd;

    /// <exception cref="UserErrorException">f is not finite at a node, or not resolved by the nodes.</exception>
    public HalfLine(HermiteRule rule, Func<double, double> f, double root, string what, string title)
    {
        int count = rule.Nodes.Length;
        (Even, Odd) = (new double[count], new double[count]);
        double total = 0, last = 0, unseen = 0, topPlus = 0, topMinus = 0;
        for (int i = 0; i < count; i++)
        {
            double u = root * rule.Nodes[i];
            double plus = f(u), minus = f(-u);
            if (!double.IsFinite(plus) || !double.IsFinite(minus))
                throw new UserErrorException($"{title}: {what} is {(double.IsFinite(plus) ? minus : plus)} at {(double.IsFinite(plus) ? -u : u):g6}.", "Use smaller W_std, or mend the function.");
            (Even[i], Odd[i]) = (0.5 * plus + 0.5 * minus, 0.5 * plus - 0.5 * minus);
            double share = rule.Weights[i] * (plus * plus + minus * minus);
            total += share;
            last += i < count - HermiteRule.Panel ? 0 : share;
            (topPlus, topMinus) = (topPlus + rule.Top[i] * plus, topMinus + rule.Top[i] * minus);
            if ((i + 1) % HermiteRule.Panel == 0)
            {
                unseen += topPlus * topPlus + topMinus * topMinus;
                (topPlus, topMinus) = (0, 0);
            }
        }

        if (last > 1e-14 * total)
        {
            throw new UserErrorException(
                $"{title}: {what} grows too fast for a preactivation of variance {root * root:g3}: its mean square lies beyond what the quadrature sees.",
                "Use smaller W_std or LayerNorm before it.");
        }

        // The error of integrals is of the order of this square or below.
        if (unseen > 1e-10 * total)
        {
            throw new UserErrorException(
                $"{title}: {what} has kinks that are not named, or changes too quickly for a preactivation of variance {root * root:g3}.",
                "Name its kinks, use smaller W_std, LayerNorm before it, or a closed form.");
        }
    }

    /// <summary>E[f(sqrt(q) x)^2].</summary>
    public double Norm(HermiteRule rule)
    {
        double sum = 0;
        for (int i = 0; i < Even.Length; i++)
            sum += rule.Weights[i] * (Even[i] * Even[i] + Odd[i] * Odd[i]);
        return 2 * sum;
    }
}
