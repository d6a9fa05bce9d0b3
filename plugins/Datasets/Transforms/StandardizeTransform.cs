using NeuralKernels.Abstractions;

namespace NeuralKernels.Datasets;

/// <summary>Subtracts means and, where asked, divides by standard deviations.</summary>
/// <param name="name">Name in experiment files, for messages.</param>
/// <param name="per">Which numbers share statistics.</param>
/// <param name="divide">True to divide by the standard deviation, false to subtract the mean alone.</param>
internal sealed class StandardizeTransform(string name, StatisticsPer per, bool divide) : ITransform
{
    public IFittedTransform Fit(Examples train, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(train);
        FeatureExamples rows = Sequences.Rows(train, name);
        if (rows.Count == 0)
            throw new UserErrorException($"{name}: there are no training examples to learn from.", "Check the split.");
        Statistics statistics = Statistics.Of(rows, per, cancellation);
        double[] means = new double[rows.Features.Width], factors = new double[means.Length];
        double[] deviations = statistics.Deviations();
        for (int k = 0; k < means.Length; k++)
        {
            int group = Statistics.Group(per, k, rows.Shape.Channels);
            means[k] = statistics.Means[group];
            factors[k] = !divide ? 1 : deviations[group] == 0 ? 0 : 1 / deviations[group];
            if (!double.IsFinite(means[k]) || !double.IsFinite(factors[k]))
            {
                throw new UserErrorException($"{name}: the mean or the standard deviation of feature {k} is too large or too small for a 64-bit number.",
                    "Rescale the features of the dataset.");
            }
        }

        return new Fitted(rows.Shape, means, factors);
    }

    private sealed class Fitted(ExampleShape shape, double[] means, double[] factors) : IFittedTransform
    {
        public Examples Apply(Examples examples)
        {
            FeatureExamples rows = RowTransform.Check(examples, shape);
            return rows.WithFeatures(rows.Features.Map(rows.Features.Width, (index, input, output) =>
            {
                int present = Sequences.Present(rows, index);
                for (int k = 0; k < present; k++)
                    output[k] = (input[k] - means[k]) * factors[k];
                output[present..].Clear();
            }));
        }
    }
}
