using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using NeuralKernels.Abstractions;
using NeuralKernels.Compute;

namespace NeuralKernels.Host.Pipeline;

/// <summary>Hashes of data: the same numbers have the same hash on every machine, wherever they are stored.</summary>
internal static class DataHash
{
    private const int ChunkRows = 1024;

    /// <summary>SHA-256 of shape, features and targets, hexadecimal.</summary>
    public static string Of(Examples examples, Targets targets, CancellationToken cancellation)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{examples.Shape.Kind} {examples.Shape} {examples.Count}; {targets.Kind} {string.Join(',', targets.Names)};"));
        switch (examples)
        {
            case FeatureExamples features:
                foreach (byte[] part in FeatureHashes(features.Features, cancellation))
                    hash.AppendData(part);
                if (features is SequenceExamples { Lengths: { } lengths })
                    hash.AppendData(MemoryMarshal.AsBytes(lengths.ToArray().AsSpan()));
                break;
            case GraphExamples graphs:
                foreach (Graph graph in graphs.Graphs)
                {
                    hash.AppendData(MemoryMarshal.AsBytes([graph.Nodes, graph.EdgeFrom.Length]));
                    hash.AppendData(MemoryMarshal.AsBytes(graph.NodeFeatures.AsSpan()));
                    hash.AppendData(MemoryMarshal.AsBytes(graph.EdgeFrom.AsSpan()));
                    hash.AppendData(MemoryMarshal.AsBytes(graph.EdgeTo.AsSpan()));
                    hash.AppendData(MemoryMarshal.AsBytes(graph.EdgeWeights.AsSpan()));
                }

                break;
        }

        hash.AppendData(targets is ClassTargets classes
            ? MemoryMarshal.AsBytes(classes.Labels)
            : MemoryMarshal.AsBytes(((RealTargets)targets).Values));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static byte[][] FeatureHashes(FeatureSource features, CancellationToken cancellation)
    {
        byte[][] parts = new byte[(features.Count + ChunkRows - 1) / ChunkRows][];
        Parallelism.For(parts.Length, 0, (_, chunk) =>
        {
            double[] row = new double[features.Width];
            using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            long end = Math.Min(features.Count, ((long)chunk + 1) * ChunkRows);
            for (long i = (long)chunk * ChunkRows; i < end; i++)
            {
                features.Read(i, row);
                hash.AppendData(MemoryMarshal.AsBytes(row.AsSpan()));
            }

            parts[chunk] = hash.GetHashAndReset();
        }, cancellation);
        return parts;
    }
}
