using NeuralKernels.Abstractions;

namespace NeuralKernels.Tests.Conformance;

/// <summary>What every dataset owes. Subclass it and say how to make yours and where its files are.</summary>
public abstract class DatasetConformance
{
    /// <summary>Makes the dataset.</summary>
    protected abstract IDataset Create();

    /// <summary>Where its files are: by default nowhere.</summary>
    protected virtual IDataFiles Files { get; } = new FolderFiles();

    private LoadedDataset Load() => Create().Load(new DatasetContext(Files, CancellationToken.None));

    [Fact]
    public void Load_Always_GivesNamedExamplesOfOneShape()
    {
        using LoadedDataset data = Load();
        Assert.NotEmpty(data.Name);
        Assert.NotEmpty(data.Source);
        Assert.True(data.Examples.Count > 0);
        Assert.Equal(data.Examples.Count, data.Targets.Count);
        Assert.Equal(data.Targets.Outputs, data.Targets.Names.Distinct().Count());
        if (data.GivenSplit is not null)
            Assert.Equal(data.Examples.Count, data.GivenSplit.Count);
    }

    [Fact]
    public void Load_Always_GivesFiniteFeatures()
    {
        using LoadedDataset data = Load();
        Assert.All(Samples.Rows(data.Examples), row => Assert.DoesNotContain(row, value => !double.IsFinite(value)));
    }

    [Fact]
    public void Load_Twice_GivesTheSameData()
    {
        using LoadedDataset first = Load(), second = Load();
        Assert.Equal(first.Examples.Shape, second.Examples.Shape);
        Assert.Equal(Samples.Rows(first.Examples), Samples.Rows(second.Examples));
        Assert.Equal(first.Targets.Names, second.Targets.Names);
        Assert.Equal(Values(first.Targets), Values(second.Targets));
        Assert.Equal(first.GivenSplit, second.GivenSplit);
    }

    [Fact]
    public void Read_FromManyThreads_GivesTheSameRows()
    {
        using LoadedDataset data = Load();
        Assert.Equal(Samples.Rows(data.Examples), Samples.RowsInParallel(data.Examples));
    }

    [Fact]
    public void Read_OutsideTheData_Throws()
    {
        using LoadedDataset data = Load();
        if (data.Examples is not FeatureExamples rows)
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => data.Examples.Select([data.Examples.Count]));
            return;
        }

        double[] row = new double[rows.Features.Width];
        Assert.Throws<ArgumentOutOfRangeException>(() => rows.Features.Read(-1, row));
        Assert.Throws<ArgumentOutOfRangeException>(() => rows.Features.Read(rows.Count, row));
        Assert.Throws<ArgumentException>(() => rows.Features.Read(0, new double[row.Length + 1]));
    }

    [Fact]
    public void Load_WhenCancelled_Stops() => Assert.ThrowsAny<OperationCanceledException>(
        () => Create().Load(new DatasetContext(Files, new CancellationToken(canceled: true))));

    private static double[] Values(Targets targets) => targets is ClassTargets classes
        ? Array.ConvertAll(classes.Labels.ToArray(), label => (double)label)
        : ((RealTargets)targets).Values.ToArray();
}

/// <summary>Finds files in folders, as the program does.</summary>
/// <param name="folders">Sought in their order.</param>
public sealed class FolderFiles(params string[] folders) : IDataFiles
{
    /// <inheritdoc />
    public string Find(string path) => TryFind(path)
        ?? throw new UserErrorException($"{path}: not found in {string.Join(", ", folders)}.", "Add the folder that holds it.");

    /// <inheritdoc />
    public string? TryFind(string path) => folders.Select(folder => Path.Combine(folder, path)).FirstOrDefault(Path.Exists);
}
