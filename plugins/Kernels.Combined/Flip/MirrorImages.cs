using NeuralKernels.Abstractions;

namespace NeuralKernels.Kernels.Combined;

/// <summary>Mirror images.</summary>
internal static class MirrorImages
{
    /// <summary>The same images with their columns in the opposite order; a view.</summary>
    public static FeatureExamples Of(ImageExamples images)
    {
        int channels = images.Shape.Channels;
        int width = images.Width;
        return images.WithFeatures(images.Features.Map(images.Features.Width, (_, input, output) =>
        {
            for (int row = 0; row < input.Length; row += width * channels)
            {
                for (int column = 0; column < width; column++)
                    input.Slice(row + column * channels, channels).CopyTo(output[(row + (width - 1 - column) * channels)..]);
            }
        }));
    }
}
