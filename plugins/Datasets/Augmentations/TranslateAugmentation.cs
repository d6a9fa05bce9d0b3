using NeuralKernels.Abstractions;
using NeuralKernels.Compute;

namespace NeuralKernels.Datasets;

/// <summary>Moves images by whole pixels.</summary>
internal sealed class TranslateAugmentation : IAugmentation
{
    private readonly TranslateOptions _options;

    public TranslateAugmentation(TranslateOptions options)
    {
        if (!double.IsFinite(options.Fill))
            throw new UserErrorException($"fill: {options.Fill} is not finite.", "Give a number, such as 0.");
        _options = options;
    }

    public int Copies => _options.Copies;

    public Examples Apply(Examples train, int copy, ulong seed)
    {
        ImageExamples images = Augmentation.Images(this, train, copy, "translate");
        int height = images.Height, width = images.Width, channels = images.Shape.Channels;
        if (_options.Pixels >= Math.Min(height, width))
        {
            throw new UserErrorException($"translate: a move by {_options.Pixels} pixels takes an image of {height} x {width} out of its frame.",
                $"Set pixels to at most {Math.Min(height, width) - 1}.");
        }

        return images.WithFeatures(images.Features.Map(images.Features.Width, (index, input, output) =>
        {
            (int down, int right) = Move(new RandomStream(seed, $"translate/{copy}", index));
            output.Fill(_options.Fill);
            int from = Math.Max(0, -right), kept = width - Math.Abs(right);
            for (int row = Math.Max(0, -down); row < Math.Min(height, height - down); row++)
            {
                input.Slice((row * width + from) * channels, kept * channels)
                    .CopyTo(output[(((row + down) * width + from + right) * channels)..]);
            }
        }));
    }

    // All (2 p + 1)^2 moves in order of rows, less the one in the middle: the move by nothing.
    private (int Down, int Right) Move(RandomStream random)
    {
        int side = checked(2 * _options.Pixels + 1), moves = checked(side * side - 1), middle = moves / 2;
        int move = random.NextInt(moves);
        move += move >= middle ? 1 : 0;
        return (move / side - _options.Pixels, move % side - _options.Pixels);
    }
}
