using System.Numerics;
using NeuralKernels.Abstractions;

namespace NeuralKernels.Kernels.Combined;

/// <summary>Examples as the kernels of a combination want them, with the diagonals of the combination.</summary>
internal class PreparedParts : IPreparedExamples
{
    private readonly double[]? _nngp;
    private readonly double[]? _ntk;

    /// <summary>Joins the parts and owns them.</summary>
    /// <param name="parts">One or more sets of the same number of examples.</param>
    /// <param name="outputs">Outputs of the combination.</param>
    /// <param name="diagonal">The diagonal of an output of the combination, from the parts.</param>
    public PreparedParts(IPreparedExamples[] parts, KernelOutputs outputs, Func<KernelOutputs, double[]> diagonal)
    {
        Parts = parts;
        Outputs = outputs;
        _nngp = outputs.HasFlag(KernelOutputs.Nngp) ? diagonal(KernelOutputs.Nngp) : null;
        _ntk = outputs.HasFlag(KernelOutputs.Ntk) ? diagonal(KernelOutputs.Ntk) : null;
    }

    public IPreparedExamples[] Parts { get; }

    public long Count => Parts[0].Count;

    public KernelOutputs Outputs { get; }

    public virtual long Bytes => Parts.Sum(part => part.Bytes) + sizeof(double) * ((_nngp?.LongLength ?? 0) + (_ntk?.LongLength ?? 0));

    public int PreferredTile => Parts.Min(part => part.PreferredTile);

    public void Diagonal(KernelOutputs output, Span<double> destination) => DiagonalOf(output).CopyTo(destination);

    public void Dispose()
    {
        foreach (IPreparedExamples part in Parts)
            part.Dispose();
    }

    /// <summary>Throws unless the diagonals are numbers of the type of the entries.</summary>
    /// <exception cref="UserErrorException">One is not: names the example.</exception>
    public void RequireFinite<T>(string kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (double[]? diagonal in new[] { _nngp, _ntk })
        {
            int wrong = diagonal is null ? -1 : Array.FindIndex(diagonal, value => !T.IsFinite(T.CreateSaturating(value)));
            if (wrong >= 0)
            {
                throw new UserErrorException(
                    $"The kernel '{kernel}' of example {wrong} with itself is {diagonal![wrong]:g3}: beyond {typeof(T).Name}.",
                    "Use precision: float64, combine fewer kernels, or put them into cosine.");
            }
        }
    }

    private double[] DiagonalOf(KernelOutputs output) =>
        (output == KernelOutputs.Ntk ? _ntk : _nngp) ?? throw new ArgumentException($"The examples were not prepared for {output}.", nameof(output));
}

/// <summary>Work with several prepared sets at once.</summary>
internal static class Prepared
{
    /// <summary>Prepares one set after the other; where one fails, those before it are disposed.</summary>
    public static IPreparedExamples[] All(IEnumerable<Func<IPreparedExamples>> prepare)
    {
        List<IPreparedExamples> done = [];
        try
        {
            foreach (Func<IPreparedExamples> one in prepare)
                done.Add(one());
            return [.. done];
        }
        catch
        {
            foreach (IPreparedExamples part in done)
                part.Dispose();
            throw;
        }
    }

    /// <summary>Makes a combination from parts that it then owns; where that fails, they are disposed.</summary>
    public static TResult Own<TResult>(IPreparedExamples[] parts, Func<IPreparedExamples[], TResult> make)
    {
        try
        {
            return make(parts);
        }
        catch
        {
            foreach (IPreparedExamples part in parts)
                part.Dispose();
            throw;
        }
    }

    /// <summary>The diagonal of one output.</summary>
    public static double[] DiagonalOf(this IPreparedExamples examples, KernelOutputs output)
    {
        double[] diagonal = new double[examples.Count];
        examples.Diagonal(output, diagonal);
        return diagonal;
    }
}
