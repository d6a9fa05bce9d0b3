using System.Diagnostics;

namespace NeuralKernels.Tests.Compute.Npy;

/// <summary>Runs Python with numpy, where there is one.</summary>
internal static class Numpy
{
    private const string Python = "/usr/bin/python3";

    private static readonly Lazy<bool> s_present = new(() => File.Exists(Python) && Start("import numpy").Code == 0);

    /// <summary>Runs a script in a folder; skips the test where numpy is absent and fails it where the script fails.</summary>
    public static void Run(string script, string folder)
    {
        if (!s_present.Value)
            Assert.Skip($"needs {Python} with numpy (package python3-numpy)");
        (int code, string error) = Start($"import os, numpy as np\nos.chdir({$"\"{folder}\""})\n{script}");
        Assert.True(code == 0, error);
    }

    private static (int Code, string Error) Start(string script)
    {
        using Process process = Process.Start(new ProcessStartInfo(Python, ["-c", script]) { RedirectStandardError = true })!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, error);
    }
}

/// <summary>A folder that is removed with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("nk-tests-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
