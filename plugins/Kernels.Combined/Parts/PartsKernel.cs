using System.Numerics;
using NeuralKernels.Abstractions;
using NeuralKernels.Compute;

namespace NeuralKernels.Kernels.Combined;

// Notation: K_i, Theta_i  NNGP and NTK of kernel i. Of a kernel whose output is the NNGP, Theta_i = K_i: it stands for a model f = sum_a w_a phi_a(x)
// with w ~ N(0, 1) alone trained, and the gradient of f with respect to w is phi.

/// <summary>What sums and products of kernels have in common: entries of all kernels, joined one kernel after the other.</summary>
internal abstract class PartsKernel : IKernel
{
    private readonly string _name;

    /// <exception cref="UserErrorException">A kernel without an NNGP.</exception>
    protected PartsKernel(string name, IReadOnlyList<IKernel> kernels)
    {
        _name = name;
        Kernels = [.. kernels];
        if (Array.Find(Kernels, kernel => !kernel.Provides.HasFlag(KernelOutputs.Nngp)) is { } without)
            throw new UserErrorException($"{_name}: the kernel '{without.Description}' has no NNGP.", "Combine kernels that have one.");
        Output = Kernels.Any(HasNtk) ? KernelOutputs.Ntk : KernelOutputs.Nngp;
    }

    protected IKernel[] Kernels { get; }

    public KernelOutputs Output { get; }

    public KernelOutputs Provides => Output == KernelOutputs.Ntk ? KernelOutputs.Nngp | KernelOutputs.Ntk : KernelOutputs.Nngp;

    public abstract string Description { get; }

    public string CanonicalText => $"{_name}: {string.Join("; ", Kernels.Select((kernel, i) => $"{Factor(i)}{(HasNtk(kernel) ? "ntk" : "nngp")} {{{kernel.CanonicalText}}}"))}";

    public void Check(ExampleShape shape)
    {
        foreach (IKernel kernel in Kernels)
            kernel.Check(shape);
    }

    public double CostPerPair(ExampleShape shape) => Kernels.Sum(kernel => kernel.CostPerPair(shape) + 2);

    public IPreparedExamples Prepare<T>(Examples examples, KernelOutputs outputs, CancellationToken cancellation)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Prepared.Own(
            Prepared.All(Kernels.Select(kernel => (Func<IPreparedExamples>)(() => kernel.Prepare<T>(examples, Needs(kernel, outputs), cancellation)))),
            parts =>
            {
                PreparedParts prepared = new(parts, outputs, output => Join(parts, output));
                prepared.RequireFinite<T>(_name);
                return prepared;
            });

    public void Evaluate<T>(IPreparedExamples rows, long rowStart, IPreparedExamples columns, long columnStart, MatrixView<T> nngp, MatrixView<T> ntk)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (PreparedParts x, PreparedParts y) = ((PreparedParts)rows, (PreparedParts)columns);
        KernelOutputs wanted = (nngp.IsNull ? KernelOutputs.None : KernelOutputs.Nngp) | (ntk.IsNull ? KernelOutputs.None : KernelOutputs.Ntk);
        MatrixView<T> shape = nngp.IsNull ? ntk : nngp;
        using NativeMatrix<T> ownK = new(shape.Rows, shape.Columns, clear: false), ownTheta = new(shape.Rows, shape.Columns, clear: false);
        using NativeMatrix<T>? hidden = nngp.IsNull && NeedsNngp(wanted) ? new(shape.Rows, shape.Columns, clear: false) : null;
        MatrixView<T> total = hidden?.View ?? nngp;
        for (int i = 0; i < Kernels.Length; i++)
        {
            KernelOutputs needs = Needs(Kernels[i], wanted);
            MatrixView<T> k = needs.HasFlag(KernelOutputs.Nngp) ? ownK.View : default;
            MatrixView<T> theta = needs.HasFlag(KernelOutputs.Ntk) ? ownTheta.View : default;
            Kernels[i].Evaluate(x.Parts[i], rowStart, y.Parts[i], columnStart, k, theta);
            if (!HasNtk(Kernels[i]))
                theta = k;
            for (nint row = 0; row < shape.Rows; row++)
                Join(i, RowOf(total, row), RowOf(ntk, row), RowOf(k, row), RowOf(theta, row));
        }
    }

    /// <summary>Whether a kernel adds an NTK of its own.</summary>
    protected static bool HasNtk(IKernel kernel) => kernel.Output == KernelOutputs.Ntk;

    /// <summary>Whether the NNGP of all kernels is needed for these outputs.</summary>
    protected abstract bool NeedsNngp(KernelOutputs outputs);

    /// <summary>What stands before a kernel in the canonical text.</summary>
    protected virtual string Factor(int index) => "";

    /// <summary>Adds kernel <paramref name="index"/> to the kernels before it.</summary>
    /// <param name="index">The kernel; the first sets the results.</param>
    /// <param name="nngp">NNGP so far; empty where it is not wanted.</param>
    /// <param name="ntk">NTK so far; empty where it is not wanted.</param>
    /// <param name="k">K_i; empty where it is not needed.</param>
    /// <param name="theta">Theta_i; empty where it is not needed.</param>
    protected abstract void Join<T>(int index, Span<T> nngp, Span<T> ntk, ReadOnlySpan<T> k, ReadOnlySpan<T> theta)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    private double[] Join(IPreparedExamples[] parts, KernelOutputs output)
    {
        bool isNtk = output == KernelOutputs.Ntk;
        double[] nngp = NeedsNngp(output) ? new double[parts[0].Count] : [];
        double[] ntk = isNtk ? new double[parts[0].Count] : [];
        for (int i = 0; i < parts.Length; i++)
        {
            KernelOutputs needs = Needs(Kernels[i], output);
            double[] k = needs.HasFlag(KernelOutputs.Nngp) ? parts[i].DiagonalOf(KernelOutputs.Nngp) : [];
            double[] theta = needs.HasFlag(KernelOutputs.Ntk) ? parts[i].DiagonalOf(KernelOutputs.Ntk) : k;
            Join<double>(i, nngp, ntk, k, theta);
        }

        return isNtk ? ntk : nngp;
    }

    private KernelOutputs Needs(IKernel kernel, KernelOutputs outputs)
    {
        bool wantsNtk = outputs.HasFlag(KernelOutputs.Ntk);
        KernelOutputs needs = NeedsNngp(outputs) || (wantsNtk && !HasNtk(kernel)) ? KernelOutputs.Nngp : KernelOutputs.None;
        return wantsNtk && HasNtk(kernel) ? needs | KernelOutputs.Ntk : needs;
    }

    private static Span<T> RowOf<T>(MatrixView<T> view, nint row)
        where T : unmanaged => view.IsNull ? default : view.Row(row);
}
