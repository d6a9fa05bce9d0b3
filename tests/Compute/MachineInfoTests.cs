using System.Runtime.Intrinsics.X86;
using NeuralKernels.Compute;

namespace NeuralKernels.Tests.Compute;

public class MachineInfoTests
{
    [Fact]
    public void Detect_DescribesThisMachine()
    {
        MachineInfo machine = MachineInfo.Detect();
        Assert.Equal(Environment.ProcessorCount, machine.Cores);
        Assert.InRange(machine.AvailableMemoryBytes, 1L << 20, machine.TotalMemoryBytes);
        Assert.Equal(Avx2.IsSupported, machine.VectorInstructionSets.Contains("AVX2"));
        Assert.NotEmpty(machine.ProcessorModel);
        Assert.Contains(".NET", machine.Software, StringComparison.Ordinal);
    }

    [Fact]
    public void MeasureFma_InSingleAndDoublePrecision_ExceedsAHundredMillionOperations()
    {
        Assert.True(PeakRate.MeasureFma<float>(1, TimeSpan.FromMilliseconds(5)) > 1e8);
        Assert.True(PeakRate.MeasureFma<double>(2, TimeSpan.FromMilliseconds(5)) > 1e8);
    }

    [Fact]
    public void MeasureCopyBandwidth_ExceedsAHundredMegabytes() =>
        Assert.True(PeakRate.MeasureCopyBandwidth(1, TimeSpan.FromMilliseconds(5)) > 1e8);
}
