using System.Reflection;
using NeuralKernels.Abstractions;
using NeuralKernels.Compute;
using NeuralKernels.Networks;

namespace NeuralKernels.Tests.Networks;

/// <summary>What the evaluation by planes needs of memory.</summary>
public sealed class PlaneMemoryTests(ITestOutputHelper output)
{
    private const long Chunk = 2 << 20;
    private static readonly ExampleShape s_image = new(ExampleKinds.Images, [32, 32], 3);

    // Two threads, each with a workspace, and the examples of both sides of a tile.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ATileOf64By64Pairs_OfMyrtle10_NeedsLessThan300Megabytes(bool isDouble)
    {
        Layer pool = new AvgPool { Window = [2, 2], Strides = [2, 2] };
        Network network = new([Convolutions(3), pool, Convolutions(3), pool, Convolutions(3), new GlobalAvgPool(), new Dense()]);
        PlaneNetwork planes = PlaneNetwork.TryCreate(network, s_image, out _)!;
        Examples examples = RandomPlaneNetwork.Examples(new RandomStream(1, "memory"), s_image, 64);
        PlaneProgram program = PlaneProgram.TryCreate(network, s_image, out _)!;
        long prepared, workspace;
        if (isDouble)
        {
            using PreparedPlanes<double> x = planes.Prepare<double>(examples, KernelOutputs.Ntk, default);
            using PlaneWorkspace<double> work = new(program, program.Segments, 8, tangents: true);
            (prepared, workspace) = (x.Bytes, Bytes(work));
        }
        else
        {
            using PreparedPlanes<float> x = planes.Prepare<float>(examples, KernelOutputs.Ntk, default);
            using PlaneWorkspace<float> work = new(program, program.Segments, 16, tangents: true);
            (prepared, workspace) = (x.Bytes, Bytes(work));
        }

        long total = 2 * prepared + 2 * workspace;
        output.WriteLine($"Myrtle-10, 32 x 32, {(isDouble ? "float64" : "float32")}: a workspace {Mebibytes(workspace)}, 64 + 64 images {Mebibytes(2 * prepared)}, two threads {Mebibytes(total)}");
        Assert.InRange(total, 1, 300_000_000);
    }

    // All but the row examples' factors is the same up to the rounding of the arena to chunks.
    [Fact]
    public void AWorkspace_OfTenTimesTheLayers_DiffersByTheFactorsOfTheRowExamplesAlone()
    {
        (long shallow, long shallowFactors) = Measure(3);
        (long deep, long deepFactors) = Measure(30);
        output.WriteLine($"3 convolutions: {Mebibytes(shallow)}, {Mebibytes(shallowFactors)} of them factors; 30: {Mebibytes(deep)}, {Mebibytes(deepFactors)}");
        Assert.InRange(deep - deepFactors - (shallow - shallowFactors), -Chunk, Chunk);
        Assert.InRange(shallow - shallowFactors, 1, 3 * Chunk);
    }

    private static unsafe (long Total, long Factors) Measure(int layers)
    {
        PlaneProgram program = PlaneProgram.TryCreate(new Network([Convolutions(layers), new GlobalAvgPool(), new Dense()]), s_image, out _)!;
        using PlaneWorkspace<float> work = new(program, program.Segments, 16, tangents: true);
        return (Bytes(work), work.GatheredRows * (work.RowFactors(1) - work.RowFactors(0)) * sizeof(float));
    }

    private static Repeat Convolutions(int times) => new()
    {
        Times = times,
        Layers = [new Conv { Filter = [3, 3], Padding = Padding.Same, WStd = Math.Sqrt(2) }, new Relu()],
    };

    // The workspace states its memory to nobody else.
    private static long Bytes<T>(PlaneWorkspace<T> work)
        where T : unmanaged =>
        ((NativeArena)typeof(PlaneWorkspace<T>).GetField("_arena", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(work)!).Bytes;

    private static string Mebibytes(long bytes) => $"{bytes / 1048576.0:f1} MiB";
}
