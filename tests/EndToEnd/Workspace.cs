using System.Diagnostics;
using NeuralKernels.Compute.Npy;
using NeuralKernels.Mlflow;

namespace NeuralKernels.Tests.EndToEnd;

/// <summary>A new folder to run commands in, removed with its content.</summary>
internal sealed class Workspace : IDisposable
{
    private readonly List<string> _mounts = [];

    /// <summary>The folder.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("nk-end-to-end-").FullName;

    /// <summary>Runs a command here.</summary>
    public NkResult Nk(params string[] arguments) => EndToEnd.Nk.Run(arguments, Path);

    /// <summary>The path of a file here.</summary>
    public string File(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>Writes a text file; folders are made.</summary>
    public Workspace Write(string name, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(File(name))!);
        System.IO.File.WriteAllText(File(name), text);
        return this;
    }

    /// <summary>Writes a file; folders are made.</summary>
    public Workspace Write(string name, byte[] content)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(File(name))!);
        System.IO.File.WriteAllBytes(File(name), content);
        return this;
    }

    /// <summary>Writes an array; folders are made.</summary>
    public Workspace WriteNpy<T>(string name, T[] values, params long[] shape)
        where T : unmanaged
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(File(name))!);
        NpyFile.Write(File(name), values, shape);
        return this;
    }

    /// <summary>Reads an array of an archive into rows.</summary>
    public double[][] ReadNpz(string name, string key) => Arrays.Read(File(name), key);

    /// <summary>Opens the store of a folder here, for reading.</summary>
    public EmbeddedStore Store(string folder = ".") => EmbeddedStore.Open(System.IO.Path.GetFullPath(File(folder)), new EmbeddedStoreOptions { ReadOnly = true });

    /// <summary>The only run of a store.</summary>
    public RunDetails OnlyRun(string folder = ".")
    {
        using EmbeddedStore store = Store(folder);
        return store.GetRun(Assert.Single(store.SearchRuns(new RunQuery())).Info.Id);
    }

    /// <summary>An artifact of a run, as a path.</summary>
    public string Artifact(RunDetails run, string path) => File("mlartifacts", run.Summary.Info.ExperimentId, run.Summary.Info.Id, "artifacts", path);

    /// <summary>Mounts a small file system on a new folder here, if this user may; else the test is skipped.</summary>
    public string Mount(string name, string size)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs a tmpfs file system: Linux only");
        string folder = Directory.CreateDirectory(File(name)).FullName;
        Assert.SkipUnless(Succeeds("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", folder), "needs permission to mount a tmpfs file system: run as root");
        _mounts.Add(folder);
        return folder;
    }

    /// <summary>Makes a mounted folder impossible to write to.</summary>
    public static void MakeReadOnly(string mount) => Assert.True(Succeeds("mount", "-o", "remount,ro", mount));

    public void Dispose()
    {
        foreach (string mount in _mounts)
            Succeeds("umount", "-l", mount);
        Directory.Delete(Path, recursive: true);
    }

    private static bool Succeeds(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}

/// <summary>Reads arrays into rows.</summary>
internal static class Arrays
{
    /// <summary>All rows of an array of an archive.</summary>
    public static double[][] Read(string archive, string key)
    {
        using NpzArchive npz = NpzArchive.Open(archive);
        using NpyArray array = npz.Read(key);
        return Rows(array);
    }

    /// <summary>All rows of an array.</summary>
    public static double[][] Read(string file)
    {
        using NpyArray array = NpyArray.Open(file);
        return Rows(array);
    }

    private static double[][] Rows(NpyArray array) => [.. Enumerable.Range(0, checked((int)array.Rows)).Select(i =>
    {
        double[] row = new double[array.RowLength];
        array.ReadRow(i, row);
        return row;
    })];
}
