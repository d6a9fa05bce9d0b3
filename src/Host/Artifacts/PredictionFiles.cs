using NeuralKernels.Abstractions;
using NeuralKernels.Compute.Npy;
using NeuralKernels.Host.Pipeline;

namespace NeuralKernels.Host.Artifacts;

/// <summary>Predictions and models as files.</summary>
internal static class PredictionFiles
{
    /// <summary>One row an example: its index in the dataset, target, prediction, and scores or variances.</summary>
    public static void WriteCsv(Stream stream, long[] indices, Predictions predictions, Targets targets)
    {
        using StreamWriter writer = new(stream, leaveOpen: true);
        IReadOnlyList<string> names = targets.Names;
        writer.WriteLine(targets is ClassTargets
            ? $"index,target,prediction,{string.Join(',', names.Select(n => Quote($"score_{n}")))},{string.Join(',', names.Select(n => Quote($"probability_{n}")))}"
            : $"index,{string.Join(',', names.Select(n => Quote($"target_{n}")))},{string.Join(',', names.Select(n => Quote($"prediction_{n}")))}"
                + (predictions.Variance is null ? "" : "," + string.Join(',', names.Select(n => Quote($"variance_{n}")))));
        int m = predictions.Outputs;
        for (int i = 0; i < predictions.Count; i++)
        {
            writer.Write(indices[i]);
            ReadOnlySpan<double> mean = predictions.Mean.AsSpan(i * m, m);
            if (targets is ClassTargets classes)
            {
                writer.Write($",{Quote(names[classes.Labels[i]])},{Quote(names[ConfusionMatrix.ArgMax(mean)])}");
                Write(mean);
                Write(predictions.Probabilities.AsSpan(i * m, m));
            }
            else
            {
                Write(((RealTargets)targets).Values.Slice(i * m, m));
                Write(mean);
                if (predictions.Variance is not null)
                    Write(predictions.Variance.AsSpan(i * m, m));
            }

            writer.WriteLine();
        }

        void Write(ReadOnlySpan<double> values)
        {
            foreach (double value in values)
            {
                writer.Write(',');
                if (!double.IsNaN(value))
                    writer.Write(value.ToString("r"));
            }
        }
    }

    /// <summary>
    /// The model as an npz archive: <c>coefficients</c> (n x m), <c>train_indices</c> (n before augmentation), <c>offset</c> and
    /// <c>scale</c> (m): prediction = scale (k(x, train) coefficients) + offset; and the <c>ridge</c>.
    /// </summary>
    public static void WriteModel(Stream stream, FoldOutcome outcome)
    {
        string file = Path.GetTempFileName();
        try
        {
            using (NpzWriter writer = new(file))
            {
                writer.Add("coefficients", outcome.Model.Model.Coefficients);
                writer.Add<long>("train_indices", outcome.Split.Train, outcome.Split.Train.Length);
                writer.Add("offset", outcome.Model.Encoding.Offset, outcome.Model.Encoding.Outputs);
                writer.Add("scale", outcome.Model.Encoding.Scale, outcome.Model.Encoding.Outputs);
                writer.Add<double>("ridge", [outcome.Diagnostics.Ridge], 1);
                writer.Complete();
            }

            using FileStream content = File.OpenRead(file);
            content.CopyTo(stream);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string Quote(string text) =>
        text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
