using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using NeuralKernels.Abstractions;
using NeuralKernels.Compute;
using NeuralKernels.Host.Artifacts;
using NeuralKernels.Host.Experiments;

namespace NeuralKernels.Host.Pipeline;

/// <summary>What a run records.</summary>
internal static class RunRecord
{
    /// <summary>Records parameters, the experiment file and the dataset, before the computation.</summary>
    public static void Start(
        IRun run, ExperimentFileResult file, ExperimentOptions experiment, LoadedDataset dataset, IReadOnlyList<SplitIndices> folds, string dataHash, string kernelHash)
    {
        MachineInfo machine = MachineInfo.Detect();
        run.LogParameters(
        [
            .. file.Parameters,
            new("kernel.hash", kernelHash),
            new("data.hash", dataHash),
            new("data.examples", $"{dataset.Examples.Count}"),
            new("data.shape", $"{dataset.Examples.Shape}"),
            new("data.train", $"{folds[0].Train.Length}"),
            new("data.validation", $"{folds[0].Validation.Length}"),
            new("data.test", $"{folds[0].Test.Length}"),
            new("nk.version", ExperimentRunner.Version),
            new("machine.dotnet", RuntimeInformation.FrameworkDescription),
            new("machine.os", RuntimeInformation.OSDescription),
            new("machine.processor", machine.ProcessorModel),
            new("machine.cores", $"{machine.Cores}"),
            new("machine.vectors", string.Join(' ', machine.VectorInstructionSets)),
        ]);
        run.LogArtifact("experiment.yaml", stream => stream.Write(Encoding.UTF8.GetBytes(file.Yaml)));
        foreach ((string context, Func<SplitIndices, long[]> part) in new (string, Func<SplitIndices, long[]>)[]
            { ("train", s => s.Train), ("validation", s => s.Validation), ("test", s => s.Test) })
        {
            int count = part(folds[0]).Length;
            if (count == 0)
                continue;

            // MLflow keys datasets by name and digest: the parts share a digest of the whole, so that the use goes into the name.
            run.LogDataset(new DatasetRecord(
                $"{experiment.Dataset.Name}-{context}", dataHash[..32], dataset.Source, context,
                JsonSerializer.Serialize(new { num_rows = count, shape = dataset.Examples.Shape.ToString(), outputs = dataset.Targets.Outputs }),
                JsonSerializer.Serialize(new
                {
                    features = new { type = dataset.Examples.Shape.Kind.ToString().ToLowerInvariant(), shape = dataset.Examples.Shape.ToString() },
                    targets = new { type = dataset.Targets.Kind.ToString().ToLowerInvariant(), names = dataset.Targets.Names },
                })));
        }
    }

    /// <summary>Records predictions, model and pictures of a fold.</summary>
    /// <param name="run">The run.</param>
    /// <param name="outcome">What the fold ended with.</param>
    /// <param name="folder">Folder of the artifacts, empty or ending in '/'.</param>
    public static void Outcome(IRun run, FoldOutcome outcome, string folder)
    {
        run.LogArtifact($"{folder}predictions.csv", stream => PredictionFiles.WriteCsv(stream, outcome.Split.Test, outcome.Predictions, outcome.Targets));
        run.LogArtifact($"{folder}predictions.npy", stream =>
            Compute.Npy.NpyFile.Write<double>(stream, outcome.Predictions.Mean, outcome.Predictions.Count, outcome.Predictions.Outputs));
        run.LogArtifact($"{folder}model.npz", stream => PredictionFiles.WriteModel(stream, outcome));
        if (outcome.Targets is ClassTargets classes)
            run.LogArtifact($"{folder}confusion_matrix.svg", stream => ConfusionMatrix.Draw(outcome.Predictions, classes).Save(stream));
        else
            run.LogArtifact($"{folder}predictions.svg", stream => ScatterPlot.Draw(outcome.Predictions, (RealTargets)outcome.Targets).Save(stream));
        if (outcome.Diagnostics.Eigenvalues is { } eigenvalues)
            run.LogArtifact($"{folder}spectrum.svg", stream => SpectrumPlot.Draw(eigenvalues).Save(stream));
        if (outcome.Diagnostics.RidgePath.Count > 1)
        {
            run.LogArtifact($"{folder}ridge_path.csv", stream =>
            {
                using StreamWriter writer = new(stream, leaveOpen: true);
                writer.WriteLine($"ridge,{outcome.Diagnostics.Selection}");
                foreach (RidgeScore score in outcome.Diagnostics.RidgePath)
                    writer.WriteLine($"{score.RidgeOption:r},{score.Score:r}");
            });
        }
    }
}
