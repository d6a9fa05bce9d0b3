namespace NeuralKernels.Tests;

/// <summary>
/// Test data that is not part of the project: real datasets, reference kernels and an MLflow server. Found in the folder that
/// NK_TEST_DATA names, or in a folder <c>shared</c> beside the repository.
/// </summary>
internal static class TestData
{
    /// <summary>The root of the repository.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>The folder of the test data; may not exist.</summary>
    public static string Root { get; } = Environment.GetEnvironmentVariable("NK_TEST_DATA") is { Length: > 0 } given
        ? given
        : Path.Combine(Path.GetDirectoryName(Repository)!, "shared");

    /// <summary>The path of a file or folder of the test data; skips the test where it is absent.</summary>
    public static string Require(params string[] parts)
    {
        string path = Path.Combine([Root, .. parts]);
        if (!File.Exists(path) && !Directory.Exists(path))
            Assert.Skip($"Needs the test data '{string.Join('/', parts)}', which is not in {Root}: set NK_TEST_DATA to the folder that has it.");
        return path;
    }

    private static string FindRepository()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Framework.sln")))
                return folder;
        }

        throw new InvalidOperationException($"No Framework.sln above {AppContext.BaseDirectory}: tests run from within the repository.");
    }
}
