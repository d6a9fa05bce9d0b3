using System.Runtime.InteropServices;
using NeuralKernels.Abstractions;

namespace NeuralKernels.Compute.Npy;

/// <summary>Writes arrays in numpy's npy format, version 1, C order, little-endian.</summary>
public static class NpyFile
{
    /// <summary>Writes a matrix to a file. The file appears under its name when it is complete.</summary>
    /// <typeparam name="T">A number type of <see cref="NpyType"/>.</typeparam>
    /// <param name="path">A file that is made or replaced.</param>
    /// <param name="matrix">Rows x columns; may have more than 2^31 entries.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="NotSupportedException">A type without npy format.</exception>
    public static void Write<T>(string path, MatrixView<T> matrix)
        where T : unmanaged => NewFile.Write(path, stream => Write(stream, matrix));

    /// <summary>Writes an array to a file. The file appears under its name when it is complete.</summary>
    /// <typeparam name="T">A number type of <see cref="NpyType"/>.</typeparam>
    /// <param name="path">A file that is made or replaced.</param>
    /// <param name="values">The numbers in C order.</param>
    /// <param name="shape">Sizes of the axes; none for one axis with all numbers.</param>
    /// <exception cref="ArgumentException">The shape does not have as many numbers.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="NotSupportedException">A type without npy format.</exception>
    public static void Write<T>(string path, T[] values, params long[] shape)
        where T : unmanaged => NewFile.Write(path, stream => Write(stream, values, shape));

    /// <summary>Writes a matrix to a stream.</summary>
    /// <typeparam name="T">A number type of <see cref="NpyType"/>.</typeparam>
    /// <param name="stream">Need not be seekable.</param>
    /// <param name="matrix">Rows x columns; may have more than 2^31 entries.</param>
    /// <exception cref="NotSupportedException">A type without npy format.</exception>
    public static unsafe void Write<T>(Stream stream, MatrixView<T> matrix)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(stream);
        stream.Write(new NpyHeader(NpyTypes.Of<T>(), FortranOrder: false, [matrix.Rows, matrix.Columns]).ToBytes());
        bool dense = matrix.Stride == matrix.Columns;
        long runs = dense ? 1 : matrix.Rows, run = dense ? (long)matrix.Rows * matrix.Columns : matrix.Columns;
        const int Piece = 1 << 20;
        for (long i = 0; i < runs; i++)
        {
            T* start = matrix.Data + i * matrix.Stride;
            for (long done = 0; done < run; done += Piece)
                stream.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(start + done, (int)Math.Min(Piece, run - done))));
        }
    }

    /// <summary>Writes an array to a stream.</summary>
    /// <typeparam name="T">A number type of <see cref="NpyType"/>.</typeparam>
    /// <param name="stream">Need not be seekable.</param>
    /// <param name="values">The numbers in C order.</param>
    /// <param name="shape">Sizes of the axes; none for one axis with all numbers.</param>
    /// <exception cref="ArgumentException">The shape does not have as many numbers.</exception>
    /// <exception cref="NotSupportedException">A type without npy format.</exception>
    public static unsafe void Write<T>(Stream stream, ReadOnlySpan<T> values, params long[] shape)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(shape);
        var header = new NpyHeader(NpyTypes.Of<T>(), FortranOrder: false, shape.Length == 0 ? [values.Length] : shape);
        if (header.Shape.Any(size => size < 0) || header.Count != values.Length)
            throw new ArgumentException($"{values.Length} numbers do not make an array of {string.Join(" x ", shape)}.", nameof(shape));
        stream.Write(header.ToBytes());
        const int Piece = 1 << 20;
        for (int done = 0; done < values.Length; done += Piece)
            stream.Write(MemoryMarshal.AsBytes(values.Slice(done, Math.Min(Piece, values.Length - done))));
    }
}

/// <summary>A file that gets its name when it is complete, so that nobody reads half of it.</summary>
internal static class NewFile
{
    /// <summary>Name of the file while it is written.</summary>
    public static string TemporaryName(string path) => path + ".partial";

    /// <summary>Writes a file.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string temporary = TemporaryName(path);
        try
        {
            using (FileStream stream = File.Create(temporary))
                write(stream);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
