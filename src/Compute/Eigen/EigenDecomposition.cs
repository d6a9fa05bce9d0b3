namespace NeuralKernels.Compute;

/// <summary>The eigenvalues and eigenvectors of a symmetric matrix.</summary>
public sealed class EigenDecomposition : IDisposable
{
    internal EigenDecomposition(double[] values, NativeMatrix<double> vectors, string provider)
    {
        Values = values;
        Vectors = vectors;
        Provider = provider;
    }

    /// <summary>The n eigenvalues, ascending.</summary>
    public IReadOnlyList<double> Values { get; }

    /// <summary>The n x n eigenvectors as rows: row i has unit length and belongs to eigenvalue i.</summary>
    public NativeMatrix<double> Vectors { get; }

    /// <summary>What computed it: "managed", or the path of the native LAPACK library.</summary>
    public string Provider { get; }

    /// <summary>Frees the eigenvectors. A second call does nothing.</summary>
    public void Dispose() => Vectors.Dispose();
}
