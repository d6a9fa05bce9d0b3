using NeuralKernels.Abstractions;

namespace NeuralKernels.Datasets;

/// <summary>Mirrors images.</summary>
internal sealed class HorizontalFlipAugmentation : IAugmentation
{
    public int Copies => 1;

    public Examples Apply(Examples train, int copy, ulong seed)
    {
        ImageExamples images = Augmentation.Images(this, train, copy, "horizontal_flip");
        int width = images.Width, channels = images.Shape.Channels;
        return images.WithFeatures(images.Features.Map(images.Features.Width, (_, input, output) =>
        {
            for (int pixel = 0; pixel < input.Length / channels; pixel++)
            {
                int row = pixel / width, mirrored = row * width + width - 1 - pixel % width;
                input.Slice(mirrored * channels, channels).CopyTo(output[(pixel * channels)..]);
            }
        }));
    }
}
