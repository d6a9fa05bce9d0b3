using System.Numerics;
using NeuralKernels.Abstractions;
using NeuralKernels.Compute;
using NeuralKernels.Networks;

namespace NeuralKernels.Tests.Conformance;

/// <summary>The kernels of all pairs of a few examples by each way in which networks are evaluated; on the diagonal the exact kernel of an example with itself.</summary>
public static class Evaluations
{
    private const KernelOutputs Both = KernelOutputs.Nngp | KernelOutputs.Ntk;

    /// <summary>In the general form, float64.</summary>
    public static (double[,] Nngp, double[,] Ntk) General(Network network, Examples examples)
    {
        ArgumentNullException.ThrowIfNull(examples);
        GeneralNetwork general = new(network, examples.Shape);
        using PreparedPositions prepared = general.Prepare(examples, Both, default);
        return Read<double>(prepared, (nngp, ntk) => general.Evaluate(prepared, 0, prepared, 0, nngp, ntk));
    }

    /// <summary>As vectors of features.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    public static (double[,] Nngp, double[,] Ntk) Vectors<T>(Network network, VectorExamples examples)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(examples);
        VectorNetwork vectors = new(network, examples.Shape.Channels);
        using PreparedVectors<T> prepared = vectors.Prepare<T>(examples.Features, Both, default);
        return Read<T>(prepared, (nngp, ntk) => vectors.Evaluate(prepared, 0, prepared, 0, nngp, ntk));
    }

    /// <summary>Plane by plane.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <returns>Null where the network or the examples are outside the domain of planes.</returns>
    public static (double[,] Nngp, double[,] Ntk)? Planes<T>(Network network, Examples examples)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(examples);
        if (!PlaneNetwork.Takes(examples) || PlaneNetwork.TryCreate(network, examples.Shape, out _) is not { } planes)
            return null;
        using PreparedPlanes<T> prepared = planes.Prepare<T>(examples, Both, default);
        return Read<T>(prepared, (nngp, ntk) => planes.Evaluate(prepared, 0, prepared, 0, nngp, ntk));
    }

    private static (double[,] Nngp, double[,] Ntk) Read<T>(IPreparedExamples prepared, Action<MatrixView<T>, MatrixView<T>> evaluate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        nint count = (nint)prepared.Count;
        using NativeMatrix<T> nngp = new(count, count), ntk = new(count, count);
        evaluate(nngp.View, ntk.View);
        return (Read(prepared, KernelOutputs.Nngp, nngp.View), Read(prepared, KernelOutputs.Ntk, ntk.View));
    }

    private static double[,] Read<T>(IPreparedExamples prepared, KernelOutputs output, MatrixView<T> view)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double[] diagonal = new double[prepared.Count];
        prepared.Diagonal(output, diagonal);
        double[,] result = new double[diagonal.Length, diagonal.Length];
        for (int i = 0; i < diagonal.Length; i++)
        {
            for (int j = 0; j < diagonal.Length; j++)
                result[i, j] = i == j ? diagonal[i] : double.CreateChecked(view[i, j]);
        }

        return result;
    }
}
