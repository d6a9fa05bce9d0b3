using NeuralKernels.Abstractions;
using NeuralKernels.Networks;

namespace NeuralKernels.Host.Planning;

/// <summary>What <c>nk plan</c> is asked.</summary>
/// <param name="Shape">Shape of the examples.</param>
/// <param name="Precision">Number type of the entries.</param>
/// <param name="HasLengths">Whether sequences have lengths.</param>
/// <param name="Examples">Training examples; null where only a pair is planned.</param>
/// <param name="TestExamples">Test examples.</param>
/// <param name="Threads">Worker threads, at least 1.</param>
internal sealed record PlanRequest(ExampleShape Shape, Precision Precision, bool HasLengths, long? Examples, long? TestExamples, int Threads);

/// <summary>What a plan takes for some examples on this machine.</summary>
/// <param name="Network">The network, in a line.</param>
/// <param name="Request">What was asked.</param>
/// <param name="Plan">The plan.</param>
/// <param name="PeakMultiplyAdds">Fused multiply-adds a second that all threads together were measured to do, in <see cref="Arithmetic"/>.</param>
internal sealed record PlanForecast(string Network, PlanRequest Request, NetworkPlan Plan, double PeakMultiplyAdds)
{
    // Enough for the resolution of a time span not to matter.
    private const double ManyPairs = 1e6;

    /// <summary>Whether all pairs of positions are stored.</summary>
    public bool IsGeneral => IsGeneralForm(Plan);

    /// <summary>Number type of the arithmetic: the general form has one only.</summary>
    public Precision Arithmetic => ArithmeticOf(Plan, Request.Precision);

    /// <summary>Predicted time of a pair, where there are many.</summary>
    public double SecondsPerPair => Duration(ManyPairs).TotalSeconds / ManyPairs;

    /// <summary>Pairs of the training examples: the upper triangle.</summary>
    public double? GramPairs => 0.5 * Request.Examples * (Request.Examples + 1.0);

    /// <summary>Pairs of test and training examples.</summary>
    public double? TestPairs => (double?)Request.Examples * Request.TestExamples;

    /// <summary>Memory for all prepared examples.</summary>
    public double? PreparedBytes => (double?)Plan.BytesPerExample * ((double?)Request.Examples + (Request.TestExamples ?? 0));

    /// <summary>Memory for the Gram matrix, both triangles.</summary>
    public double? GramBytes => (double?)Request.Examples * Request.Examples * (Request.Precision == Precision.Float32 ? sizeof(float) : sizeof(double));

    /// <summary>Memory for the work of all threads.</summary>
    public double WorkspaceBytes => (double)Plan.WorkspaceBytes * Request.Threads;

    /// <summary>Number type in which a plan computes.</summary>
    public static Precision ArithmeticOf(NetworkPlan plan, Precision precision) => IsGeneralForm(plan) ? Precision.Float64 : precision;

    /// <summary>Predicted time of some pairs.</summary>
    public TimeSpan Duration(double pairs) => Plan.Duration(pairs, PeakMultiplyAdds);

    private static bool IsGeneralForm(NetworkPlan plan) => plan.Segments.Any(segment => segment.Storage == PlanStorage.Full);
}
