using System.Runtime.Intrinsics;
using FsCheck;
using FsCheck.Fluent;
using NeuralKernels.Abstractions;
using NeuralKernels.Networks;

namespace NeuralKernels.Tests.Networks;

/// <summary>What plans say of storage, work and memory, against counts by hand and against what is then held.</summary>
public sealed class NetworkPlanTests
{
    private static readonly Conv s_conv = new() { Filter = [3, 3], Padding = Padding.Same };
    private static readonly AvgPool s_pool = new() { Window = [2, 2], Strides = [2, 2] };

    [Fact]
    public void Plan_OfPoolingNetworks_CountsAllPairsOfPositionsOnEachGrid()
    {
        NetworkPlan plan = Plan([Deep(3), s_pool, Deep(3), s_pool, Deep(3), new GlobalAvgPool(), new Dense()], Image(32));

        Assert.Equal([PlanStorage.Planes, PlanStorage.Planes, PlanStorage.Planes, PlanStorage.Number], plan.Segments.Select(s => s.Storage));
        Assert.Equal([63 * 63, 31 * 31, 15 * 15, 0], plan.Segments.Select(s => s.Planes));
        Assert.Equal([Math.Pow(32, 4), Math.Pow(16, 4), Math.Pow(8, 4), 1], plan.Segments.Select(s => s.Entries));
        Assert.Equal(3 * (Math.Pow(32, 4) + Math.Pow(16, 4) + Math.Pow(8, 4)), plan.EntryLayersPerPair);
    }

    [Fact]
    public void Plan_OfANetworkThatFlattens_KeepsEqualPositionsOnly()
    {
        NetworkPlan plan = Plan([Deep(21), new Flatten(), new Dense()], Image(32));

        Assert.Equal([PlanStorage.Diagonal, PlanStorage.Number], plan.Segments.Select(s => s.Storage));
        Assert.Equal(("21 x [Conv, Relu]", 1024.0, 21 * 1024.0), (plan.Segments[0].Layers, plan.Segments[0].Entries, plan.EntryLayersPerPair));
        Assert.Contains("Flatten", plan.Segments[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_OfAttention_StoresAllPairsAndSaysWhy()
    {
        NetworkPlan plan = Plan([s_conv, new Relu(), new SelfAttention(), new GlobalAvgPool()], Image(8));

        PlanSegment segment = Assert.Single(plan.Segments);
        Assert.Equal((PlanStorage.Full, Math.Pow(8, 4)), (segment.Storage, segment.Entries));
        Assert.Contains("SelfAttention", segment.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_OfImagesWithoutLayersOnPositions_StoresOneNumber()
    {
        PlanSegment segment = Assert.Single(Plan([new Flatten(), new Dense(), new Relu(), new Dense()], Image(8)).Segments);

        Assert.Equal((PlanStorage.Number, 1.0), (segment.Storage, segment.Entries));
        Assert.Empty(segment.Positions);
    }

    [Fact]
    public void Plan_OfAnyNetworkOfPlanes_HasSegmentsThatAddUpToItsEntryLayers() => Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), seed =>
    {
        RandomPlaneNetwork random = new(seed);
        PlaneNetwork planes = PlaneNetwork.TryCreate(random.Network, random.Shape, out _)!;
        foreach (Precision precision in new[] { Precision.Float32, Precision.Float64 })
        {
            NetworkPlan plan = planes.Plan(precision);
            PlanSegment[] stored = [.. plan.Segments.Where(s => s.Storage is PlanStorage.Planes or PlanStorage.Diagonal)];
            Assert.Equal(planes.EntryLayersPerPair, plan.EntryLayersPerPair);
            Assert.Equal(planes.EntryLayersPerPair, stored.Sum(s => s.EntryLayers), 1e-9 * planes.EntryLayersPerPair);
            Assert.All(stored, s => Assert.InRange(s.Entries, 1, Math.Pow(s.Positions.Aggregate(1.0, (product, size) => product * size), 2)));
            Assert.All(plan.Segments, s => Assert.True(s.Bytes > 0 && s.Layers.Length > 0 && s.Reason.Length > 0));
        }
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(Precision.Float32)]
    [InlineData(Precision.Float64)]
    public void WorkspaceBytes_OfDeeperNetworks_StayWithinTheRoomForPreparedExamples(Precision precision)
    {
        const long RoomForExamples = 16 << 20, Chunk = 2 << 20;
        long shallow = Plan([Deep(1), new GlobalAvgPool()], Image(16), precision).WorkspaceBytes;
        Assert.All([10, 100, 1000], depth =>
        {
            NetworkPlan plan = Plan([Deep(depth), new GlobalAvgPool()], Image(16), precision);
            Assert.InRange(plan.WorkspaceBytes, shallow, shallow + RoomForExamples + Chunk);
            Assert.Equal(plan.Segments[0].Bytes, Plan([Deep(1), new GlobalAvgPool()], Image(16), precision).Segments[0].Bytes);
        });
    }

    [Fact]
    public void WorkspaceBytes_OfAPlan_AreThoseOfAWorkspace()
    {
        Network network = new([Deep(3), s_pool, Deep(2), new GlobalAvgPool(), new Dense()]);
        PlaneProgram program = PlaneProgram.TryCreate(network, Image(12), out _)!;
        using PlaneWorkspace<double> work = new(program, program.Segments, Vector512.IsHardwareAccelerated ? 8 : 4, tangents: true);

        Assert.Equal(work.Bytes, new NetworkKernel(network, KernelOutputs.Ntk).Plan(Image(12), Precision.Float64, false).WorkspaceBytes);
    }

    [Fact]
    public void BytesPerExample_OfEachForm_AreThoseOfPreparedExamples()
    {
        const int Count = 64;
        ImageExamples images = new(FeatureSource.FromArray([.. Enumerable.Range(0, Count * 3 * 36).Select(i => Math.Sin(i))], 3 * 36), 6, 6, 3);
        Layer[][] networks =
        [
            [new Flatten(), new Dense(), new Relu(), new Dense()], [Deep(2), s_pool, Deep(1), new GlobalAvgPool()], [s_conv, new SelfAttention(), new Flatten()],
        ];
        foreach (NetworkKernel kernel in networks.Select(layers => new NetworkKernel(new Network(layers), KernelOutputs.Ntk)))
        {
            using IPreparedExamples prepared = kernel.Prepare<float>(images, KernelOutputs.Ntk, default);
            NetworkPlan plan = kernel.Plan(images.Shape, Precision.Float32, false);

            // Rows are padded to whole cache lines, panels of a product to whole registers.
            Assert.Equal(1, (double)prepared.Bytes / (Count * plan.BytesPerExample), 0.05);
            Assert.Equal(prepared.PreferredTile, plan.PreferredTile);
            Assert.Equal(kernel.CostPerPair(images.Shape), plan.MultiplyAddsPerPair);
        }
    }

    [Fact]
    public void Duration_OfMorePairsOrASlowerMachine_GrowsInProportion()
    {
        NetworkPlan plan = Plan([Deep(3), new GlobalAvgPool()], Image(8));
        TimeSpan one = plan.Duration(1000, 1e9);
        Assert.True(one > TimeSpan.Zero);
        Assert.Equal(2 * one.TotalSeconds, plan.Duration(2000, 1e9).TotalSeconds, 1e-6 * one.TotalSeconds);
        Assert.Equal(2 * one.TotalSeconds, plan.Duration(1000, 0.5e9).TotalSeconds, 1e-6 * one.TotalSeconds);
        Assert.Equal(1000 * plan.MultiplyAddsPerPair / NetworkPlan.Efficiency / 1e9, one.TotalSeconds, 1e-6 * one.TotalSeconds);
        Assert.True(plan.Duration(1e300, 1) > TimeSpan.FromDays(365_000));
    }

    private static Repeat Deep(int times) => new() { Times = times, Layers = [s_conv, new Relu()] };

    private static ExampleShape Image(int side) => new(ExampleKinds.Images, [side, side], 3);

    private static NetworkPlan Plan(Layer[] layers, ExampleShape shape, Precision precision = Precision.Float32) =>
        new NetworkKernel(new Network(layers), KernelOutputs.Ntk).Plan(shape, precision, false);
}
