using NeuralKernels.Abstractions;

namespace NeuralKernels.Datasets;

/// <summary>Divides every example by its Euclidean norm.</summary>
internal sealed class UnitNormTransform : ITransform
{
    public IFittedTransform Fit(Examples train, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(train);
        return new Fitted(Sequences.Rows(train, "unit_norm").Shape);
    }

    private sealed class Fitted(ExampleShape shape) : IFittedTransform
    {
        public Examples Apply(Examples examples)
        {
            FeatureExamples rows = RowTransform.Check(examples, shape);
            return rows.WithFeatures(rows.Features.Map(rows.Features.Width, (index, input, output) =>
            {
                int present = Sequences.Present(rows, index);
                Normalize(input[..present], output);
                output[present..].Clear();
            }));
        }

        // Dividing by the largest magnitude first keeps the squares from overflowing and from vanishing.
        private static void Normalize(ReadOnlySpan<double> input, Span<double> output)
        {
            double largest = 0, squares = 0;
            foreach (double value in input)
                largest = Math.Max(largest, Math.Abs(value));
            if (largest == 0)
            {
                output[..input.Length].Clear();
                return;
            }

            foreach (double value in input)
                squares += value / largest * (value / largest);
            double norm = Math.Sqrt(squares);
            for (int k = 0; k < input.Length; k++)
                output[k] = input[k] / largest / norm;
        }
    }
}
