namespace NeuralKernels.Compute;

/// <summary>The innermost loop of every matrix product: one register tile.</summary>
/// <typeparam name="T">float or double.</typeparam>
internal unsafe interface IMicroKernel<T>
    where T : unmanaged
{
    /// <summary>Rows of the tile: the width of a left micro-panel.</summary>
    static abstract int Rows { get; }

    /// <summary>Columns of the tile: the width of a right micro-panel.</summary>
    static abstract int Columns { get; }

    /// <summary>c[i, j] = alpha sum_k a[k Rows + i] b[k Columns + j] + beta c[i, j]. With beta = 0, c is not read.</summary>
    static abstract void Multiply(nint depth, T* a, T* b, T alpha, T beta, T* c, nint stride);
}
