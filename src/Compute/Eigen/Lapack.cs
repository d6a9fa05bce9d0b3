using System.Runtime.InteropServices;
using NeuralKernels.Abstractions;

namespace NeuralKernels.Compute;

/// <summary>LAPACK's dsyevd (divide and conquer) from an optimised native library, with 32-bit integers.</summary>
/// <remarks>
/// The reference LAPACK is not among the libraries tried: it is many times slower than the managed code.
/// </remarks>
internal sealed unsafe class Lapack
{
    private const string Symbol = "dsyevd_";
    private static readonly string[] s_names =
    [
        "libmkl_rt.so.2", "libmkl_rt.so", "mkl_rt.2.dll", "mkl_rt.dll",
        "libopenblas.so.0", "libopenblas.so", "libopenblas.dll", "libopenblas.dylib",
        "/System/Library/Frameworks/Accelerate.framework/Accelerate",
    ];

    private static readonly Lazy<Lapack?> s_library = new(Load);

    private readonly delegate* unmanaged[Cdecl]<byte*, byte*, int*, double*, int*, double*, double*, int*, int*, int*, int*, nuint, nuint, void> _dsyevd;

    private Lapack(string name, nint symbol)
    {
        Name = name;
        _dsyevd = (delegate* unmanaged[Cdecl]<byte*, byte*, int*, double*, int*, double*, double*, int*, int*, int*, int*, nuint, nuint, void>)symbol;
    }

    /// <summary>The name under which the library was loaded.</summary>
    public string Name { get; }

    /// <summary>The library, loaded once; null where there is none.</summary>
    public static Lapack? Find() => s_library.Value;

    /// <summary>Eigenvalues and eigenvectors from the lower triangle of <paramref name="a"/>, which stays as it is.</summary>
    /// <exception cref="ArithmeticException">dsyevd failed.</exception>
    public EigenDecomposition Decompose(MatrixView<double> a)
    {
        // Row-major lower is column-major upper; column-major eigenvectors are rows here.
        int n = checked((int)a.Rows);
        var vectors = new NativeMatrix<double>(n, n, clear: false);
        double[] values = new double[n];
        try
        {
            a.CopyTo(vectors.View);
            int leading = Math.Max(1, checked((int)vectors.Stride));
            double workSize;
            int integerWorkSize;
            int info = Call(n, vectors.View.Data, leading, values, &workSize, -1, &integerWorkSize, -1);
            if (info == 0)
            {
                double lengthOfWork = 1 + 6.0 * n + 2.0 * n * n;
                if (lengthOfWork > int.MaxValue)
                    throw new ArgumentException($"LAPACK with 32-bit integers takes at most 32,766 rows, not {n}.", nameof(a));
                int length = (int)Math.Max(workSize, lengthOfWork);
                using var work = new NativeMatrix<double>(1, length, clear: false);
                using var integerWork = new NativeMatrix<int>(1, Math.Max(integerWorkSize, 3 + 5 * n), clear: false);
                info = Call(n, vectors.View.Data, leading, values, work.View.Data, length, integerWork.View.Data, (int)integerWork.Columns);
            }

            if (info != 0)
                throw new ArithmeticException($"dsyevd of {Name} failed with code {info} on a {n} x {n} matrix.");
            return new EigenDecomposition(values, vectors, Name);
        }
        catch
        {
            vectors.Dispose();
            throw;
        }
    }

    private int Call(int n, double* a, int leading, double[] values, double* work, int workSize, int* integerWork, int integerWorkSize)
    {
        byte job = (byte)'V', part = (byte)'U';
        int info = 0;
        fixed (double* w = values)
            _dsyevd(&job, &part, &n, a, &leading, w, work, &workSize, integerWork, &integerWorkSize, &info, 1, 1);
        return info;
    }

    private static Lapack? Load()
    {
        foreach (string name in s_names)
        {
            if (!NativeLibrary.TryLoad(name, out nint handle))
                continue;
            if (NativeLibrary.TryGetExport(handle, Symbol, out nint symbol))
                return new Lapack(name, symbol);
            NativeLibrary.Free(handle);
        }

        return null;
    }
}
