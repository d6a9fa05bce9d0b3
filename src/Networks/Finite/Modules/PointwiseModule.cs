namespace NeuralKernels.Networks;

/// <summary>A function of each number.</summary>
internal sealed class PointwiseModule(Func<double, double> function, Func<double, double> derivative) : FiniteModule
{
    public override FiniteResult Apply(Activations input, FiniteRun run)
    {
        Activations output = new(Array.ConvertAll(input.Values, x => function(x)), input.Positions, input.Channels, input.Exists);
        return new FiniteResult(output, gradient =>
        {
            Activations result = new(input.Positions, input.Channels, input.Exists);
            for (int i = 0; i < result.Values.Length; i++)
                result.Values[i] = gradient.Values[i] * derivative(input.Values[i]);
            return result;
        });
    }
}

/// <summary>Dropout with inverse scaling: each number is kept, and divided by the probability of it, or set to 0.</summary>
internal sealed class DropoutModule(double keep, int place) : FiniteModule
{
    public override FiniteResult Apply(Activations input, FiniteRun run)
    {
        Compute.RandomStream random = run.Random(place);
        double[] factors = new double[input.Values.Length];
        Activations output = new(input.Positions, input.Channels, input.Exists);
        for (int i = 0; i < factors.Length; i++)
        {
            factors[i] = random.NextDouble() < keep ? 1 / keep : 0;
            output.Values[i] = factors[i] * input.Values[i];
        }

        return new FiniteResult(output, gradient =>
        {
            Activations result = new(input.Positions, input.Channels, input.Exists);
            for (int i = 0; i < factors.Length; i++)
                result.Values[i] = factors[i] * gradient.Values[i];
            return result;
        });
    }
}
