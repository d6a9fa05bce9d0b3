using NeuralKernels.Abstractions;
using NeuralKernels.Kernels.Combined;
using NeuralKernels.Kernels.Image;
using NeuralKernels.Networks;
using NeuralKernels.Tests.Conformance;

namespace NeuralKernels.Tests.Kernels.Combined;

/// <summary>Symmetric kernels against explicit mirror images.</summary>
public sealed class FlipTests
{
    private static readonly ImageExamples s_images = Samples.Images(6, 8, 8), s_others = Samples.Images(4, 8, 8, seed: 2);

    [Theory]
    [InlineData(KernelOutputs.Nngp, FlipCombination.Sum)]
    [InlineData(KernelOutputs.Ntk, FlipCombination.Sum)]
    [InlineData(KernelOutputs.Ntk, FlipCombination.Mean)]
    public void Flip_OfAnyPair_AddsTheKernelOfTheMirrorImage(KernelOutputs output, FlipCombination combination)
    {
        double scale = combination == FlipCombination.Sum ? 1 : 0.5;
        IKernel flip = Inner.Combine("flip", new FlipOptions { Kernel = Inner.Myrtle(), Combine = combination });
        double[,] straight = Matrices.Cross<double>(Inner.Myrtle(), s_images, s_others, output);
        double[,] mirrored = Matrices.Cross<double>(Inner.Myrtle(), s_images, Mirror(s_others), output);
        Matrices.RequireEqual((i, j) => scale * (straight[i, j] + mirrored[i, j]), Matrices.Cross<double>(flip, s_images, s_others, output), 1e-15 * Matrices.Largest(straight));
    }

    [Fact]
    public void Diagonal_InFloat32_IsThatOfFloat64()
    {
        double[] own = Matrices.Diagonal<double>(Inner.Myrtle(), s_images, KernelOutputs.Ntk);
        double[,] mirrored = Matrices.Cross<double>(Inner.Myrtle(), s_images, Mirror(s_images), KernelOutputs.Ntk);
        IKernel flip = Inner.Combine("flip", new FlipOptions { Kernel = Inner.Myrtle() });
        double[] single = Matrices.Diagonal<float>(flip, s_images, KernelOutputs.Ntk), exact = Matrices.Diagonal<double>(flip, s_images, KernelOutputs.Ntk);
        for (int i = 0; i < own.Length; i++)
        {
            Assert.Equal(own[i] + mirrored[i, i], exact[i], 1e-14 * own[i]);

            // The numbers of the images are rounded to float32 before the first of the two terms: some tens of 6e-8.
            Assert.Equal(exact[i], single[i], 3e-6 * own[i]);
        }
    }

    [Fact]
    public void Regression_OnImagesAndTheirMirrorImages_IsThatOfTheFlipKernel()
    {
        double[] y = [1, -1, 0.5, 2, 0, -0.5];
        double[,] k = Matrices.Gram<double>(Inner.Combine("flip", new FlipOptions { Kernel = Inner.Myrtle() }), s_images, KernelOutputs.Ntk);
        double[,] test = Matrices.Cross<double>(Inner.Combine("flip", new FlipOptions { Kernel = Inner.Myrtle() }), s_others, s_images, KernelOutputs.Ntk);
        ImageExamples both = (ImageExamples)s_images.Append(Mirror(s_images));
        double[,] largeK = Matrices.Gram<double>(Inner.Myrtle(), both, KernelOutputs.Ntk);
        double[,] largeTest = Matrices.Cross<double>(Inner.Myrtle(), s_others, both, KernelOutputs.Ntk);

        // The condition number is some hundreds: at most trace / ridge.
        double ridge = 0.03 * k[0, 0];
        double[] small = Predict(k, y, test, ridge), large = Predict(largeK, [.. y, .. y], largeTest, ridge);
        for (int i = 0; i < small.Length; i++)
            Assert.Equal(large[i], small[i], 1e-10);
        Assert.NotEqual(Predict(Matrices.Gram<double>(Inner.Myrtle(), s_images, KernelOutputs.Ntk), y, Matrices.Cross<double>(Inner.Myrtle(), s_others, s_images, KernelOutputs.Ntk), ridge)[0], small[0], 1e-4);
    }

    [Fact]
    public void Flip_OfAMirrorImage_IsThatOfTheImage()
    {
        IKernel flip = Inner.Combine("flip", new FlipOptions { Kernel = Inner.Myrtle() });
        double[,] expected = Matrices.Cross<double>(flip, s_images, s_others, KernelOutputs.Ntk);
        Matrices.RequireEqual((i, j) => expected[i, j], Matrices.Cross<double>(flip, Mirror(s_images), s_others, KernelOutputs.Ntk), 1e-13 * Matrices.Largest(expected));
    }

    [Fact]
    public void Flip_OfVolumes_ReversesTheLastAxisOfPositions()
    {
        double[] values = Samples.Numbers(3 * 2 * 2 * 4 * 2);
        ImageExamples volumes = new(FeatureSource.FromArray(values, 32), [2, 2, 4], 2);
        double[] reversed = new double[values.Length];
        for (int row = 0; row < values.Length / 8; row++)
        {
            for (int position = 0; position < 4; position++)
                Array.Copy(values, row * 8 + 2 * position, reversed, row * 8 + 2 * (3 - position), 2);
        }

        IKernel network = new NetworkKernel(
            new Network([new Conv { Filter = [1, 1, 3], Padding = Padding.Same }, new Erf(), new Flatten(), new Dense()]), KernelOutputs.Ntk);
        double[,] straight = Matrices.Cross<double>(network, volumes, volumes, KernelOutputs.Ntk);
        double[,] mirrored = Matrices.Cross<double>(network, volumes, new ImageExamples(FeatureSource.FromArray(reversed, 32), [2, 2, 4], 2), KernelOutputs.Ntk);
        Matrices.RequireEqual(
            (i, j) => straight[i, j] + mirrored[i, j],
            Matrices.Cross<double>(Inner.Combine("flip", new FlipOptions { Kernel = network }), volumes, volumes, KernelOutputs.Ntk), 1e-15 * Matrices.Largest(straight));
    }

    private static readonly Dictionary<string, Func<IKernel>> s_leftHanded = new()
    {
        ["strides"] = () => new WideResnetOptions { BlockSize = 1, Pool = 2 }.ToKernel(),
        ["strides, normalised"] = () => Inner.Combine("cosine", new CosineOptions { Kernel = new WideResnetOptions { BlockSize = 1, Pool = 2 }.ToKernel() }),
        ["a part"] = () => new NetworkKernel(new Network([new Slice { Axis = 1, Stop = 5 }, new Flatten(), new Dense()]), KernelOutputs.Nngp),
    };

    public static TheoryData<string> LeftHanded() => [.. s_leftHanded.Keys];

    [Theory]
    [MemberData(nameof(LeftHanded))]
    public void Prepare_OfAKernelThatTellsLeftFromRight_IsRefused(string inner)
    {
        IKernel flip = Inner.Combine("flip", new FlipOptions { Kernel = s_leftHanded[inner]() });
        UserErrorException error = Assert.Throws<UserErrorException>(() => flip.Prepare<float>(s_images, flip.Output, default));
        Assert.Contains("tells left from right", error.Message, StringComparison.Ordinal);
        Assert.Contains("horizontal_flip", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_OfVectors_IsRefused() =>
        Assert.Throws<UserErrorException>(() => Inner.Combine("flip", new FlipOptions { Kernel = Inner.Gaussian() }).Check(Samples.Vectors(2).Shape));

    // The same order of numbers as an image seen in a mirror.
    private static ImageExamples Mirror(ImageExamples images)
    {
        int channels = images.Shape.Channels, width = images.Width;
        double[][] rows = Samples.Rows(images);
        return new ImageExamples(
            FeatureSource.FromArray([.. rows.SelectMany(row => row.Chunk(width * channels).SelectMany(line => line.Chunk(channels).Reverse().SelectMany(pixel => pixel)))], rows[0].Length),
            images.Height, width, channels);
    }

    private static double[] Predict(double[,] k, double[] y, double[,] test, double ridge)
    {
        // Gauss-Jordan elimination; the matrix is positive definite and needs no pivots.
        int n = y.Length;
        double[,] a = (double[,])k.Clone();
        double[] x = [.. y];
        for (int i = 0; i < n; i++)
            a[i, i] += ridge;
        for (int p = 0; p < n; p++)
        {
            for (int i = 0; i < n; i++)
            {
                double factor = a[i, p] / a[p, p];
                for (int j = p; i != p && j < n; j++)
                    a[i, j] -= factor * a[p, j];
                if (i != p)
                    x[i] -= factor * x[p];
            }
        }

        return [.. Enumerable.Range(0, test.GetLength(0)).Select(i => Enumerable.Range(0, n).Sum(j => test[i, j] * x[j] / a[j, j]))];
    }
}
