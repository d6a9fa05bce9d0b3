using NeuralKernels.Abstractions;
using NeuralKernels.Compute;

namespace NeuralKernels.Datasets;

/// <summary>Adds normal noise.</summary>
internal sealed class GaussianNoiseAugmentation(GaussianNoiseOptions options) : IAugmentation
{
    public int Copies => options.Copies;

    public Examples Apply(Examples train, int copy, ulong seed)
    {
        FeatureExamples rows = Augmentation.Rows(this, train, copy, "gaussian_noise");
        return rows.WithFeatures(rows.Features.Map(rows.Features.Width, (index, input, output) =>
        {
            var random = new RandomStream(seed, $"gaussian_noise/{copy}", index);
            int present = Sequences.Present(rows, index);
            for (int k = 0; k < present; k++)
                output[k] = input[k] + options.Std * random.NextGaussian();
            input[present..].CopyTo(output[present..]);
        }));
    }
}
