using FsCheck;
using FsCheck.Fluent;
using NeuralKernels.Compute;

namespace NeuralKernels.Tests.Compute;

public class RandomStreamTests
{
    // The known answers for philox4x32 with 10 rounds of the Random123 distribution (kat_vectors).
    [Theory]
    [InlineData(0, 0, 0, 0, 0, 0, 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8)]
    [InlineData(0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd)]
    [InlineData(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0, 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1)]
    public void Generate_OfKnownCounters_GivesThePublishedWords(uint x0, uint x1, uint x2, uint x3, uint k0, uint k1, uint y0, uint y1, uint y2, uint y3) =>
        Assert.Equal(new PhiloxBlock(y0, y1, y2, y3), Philox.Generate(new PhiloxBlock(x0, x1, x2, x3), k0, k1));

    [Fact]
    public void NextUInt32_OfTheSameStream_IsTheSameInEveryProcess()
    {
        var stream = new RandomStream(42, "shuffle", 7);
        Assert.Equal([280902232u, 2356267543u, 1220802920u, 1292264118u, 290759934u], new[] { stream.NextUInt32(), stream.NextUInt32(), stream.NextUInt32(), stream.NextUInt32(), stream.NextUInt32() });
    }

    [Fact]
    public void Streams_ThatDifferInSeedPurposeOrIndex_Differ()
    {
        RandomStream[] streams = [new(1, "a", 0), new(2, "a", 0), new(1, "b", 0), new(1, "a", 1), new(1, "a", -1), new(1, "", 0), new(1, "aa", 0)];
        Assert.Equal(streams.Length, streams.Select(s => s.NextUInt32()).Distinct().Count());
    }

    [Fact]
    public void NextDouble_HasMeanAndVarianceOfTheUniformDistribution()
    {
        const int N = 200_000;
        var stream = new RandomStream(1, "moments");
        double[] values = Enumerable.Range(0, N).Select(_ => stream.NextDouble()).ToArray();
        Assert.All(values, v => Assert.InRange(v, 0, Math.BitDecrement(1.0)));
        double mean = values.Average();
        Assert.InRange((mean - 0.5) / Math.Sqrt(1.0 / 12 / N), -5, 5);
        Assert.InRange((values.Average(v => v * v) - 1.0 / 3) / Math.Sqrt(4.0 / 45 / N), -5, 5);
    }

    [Fact]
    public void NextGaussian_HasTheFirstFourMomentsOfTheNormalDistribution()
    {
        const int N = 200_000;
        var stream = new RandomStream(1, "moments");
        double[] values = Enumerable.Range(0, N).Select(_ => stream.NextGaussian()).ToArray();
        Assert.InRange(values.Average() * Math.Sqrt(N), -5, 5);
        Assert.InRange((values.Average(v => v * v) - 1) * Math.Sqrt(N / 2.0), -5, 5);
        Assert.InRange(values.Average(v => v * v * v) * Math.Sqrt(N / 15.0), -5, 5);
        Assert.InRange((values.Average(v => v * v * v * v) - 3) * Math.Sqrt(N / 96.0), -5, 5);
    }

    [Fact]
    public void FillGaussian_FallsIntoEveryIntervalAsOftenAsTheNormalDistributionSays()
    {
        // Bounds inside layers, at the edge of the base layer (3.4426) and in the tail, with the distribution function from tables.
        (double Bound, double Below)[] table =
        [
            (-3.442619855899, 0.000288067), (-2.5, 0.006209665), (-1.3, 0.096800485), (-0.4, 0.344578258), (0, 0.5), (0.1, 0.539827837), (0.7, 0.758036348),
            (1.9, 0.971283440), (3, 0.998650102), (3.442619855899, 0.999711933), (4, 0.999968329),
        ];
        double[] values = new double[2_000_000];
        new RandomStream(1, "ziggurat").FillGaussian(values);
        double last = 0;
        for (int i = 0; i <= table.Length; i++)
        {
            double low = i == 0 ? double.NegativeInfinity : table[i - 1].Bound, high = i == table.Length ? double.PositiveInfinity : table[i].Bound;
            double p = (i == table.Length ? 1 : table[i].Below) - last;
            last += p;
            Assert.InRange((values.Count(v => v >= low && v < high) - values.Length * p) / Math.Sqrt(values.Length * p * (1 - p)), -5, 5);
        }

        Assert.InRange((values.Average(v => v * v * v * v) - 3) * Math.Sqrt(values.Length / 96.0), -5, 5);
    }

    [Fact]
    public void FillGaussian_Again_GivesTheNextNumbers_TheSameInAnotherStream()
    {
        double[] first = new double[333], second = new double[333], again = new double[333];
        RandomStream stream = new(2, "parts");
        stream.FillGaussian(first);
        stream.FillGaussian(second);
        new RandomStream(2, "parts").FillGaussian(again);
        Assert.Equal(first, again);
        Assert.Empty(first.Intersect(second));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1_610_612_736)]
    public void NextInt_FallsEquallyOftenIntoEveryThird(int n)
    {
        // A bare modulus of 32-bit words by 1.5 x 2^30 would hit the first third half as often again as the others.
        const int N = 90_000;
        var stream = new RandomStream(5, "ints", n);
        int[] values = Enumerable.Range(0, N).Select(_ => stream.NextInt(n)).ToArray();
        Assert.All(values, v => Assert.InRange(v, 0, n - 1));
        for (long third = 0; third < 3; third++)
        {
            long begin = third * n / 3, end = (third + 1) * n / 3;
            double p = (double)(end - begin) / n, sigma = Math.Sqrt(N * p * (1 - p));
            Assert.InRange(values.Count(v => v >= begin && v < end) - N * p, -5 * sigma, 5 * sigma);
        }
    }

    [Fact]
    public void NextInt_BelowOne_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => new RandomStream(1, "x").NextInt(0));

    [Fact]
    public void Shuffle_OfAnyLength_IsAPermutation() =>
        Prop.ForAll(Gen.Choose(0, 60).ToArbitrary(), n =>
        {
            int[] values = Enumerable.Range(0, n).ToArray();
            long[] longs = values.Select(v => (long)v).ToArray();
            new RandomStream(3, "shuffle", n).Shuffle(values);
            new RandomStream(3, "shuffle", n).Shuffle(longs);
            return values.Order().SequenceEqual(Enumerable.Range(0, n)) && longs.SequenceEqual(values.Select(v => (long)v));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Shuffle_OfThree_GivesEveryOrderEquallyOften()
    {
        const int N = 60_000;
        var counts = new Dictionary<string, int>();
        var stream = new RandomStream(9, "orders");
        for (int i = 0; i < N; i++)
        {
            int[] values = [0, 1, 2];
            stream.Shuffle(values);
            string order = string.Concat(values);
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }

        double sigma = Math.Sqrt(N * (1.0 / 6) * (5.0 / 6));
        Assert.Equal(6, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count - N / 6.0, -5 * sigma, 5 * sigma));
    }
}
