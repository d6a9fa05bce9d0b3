using System.Diagnostics;

namespace NeuralKernels.Tests.Mlflow;

/// <summary>A new folder, removed with its content.</summary>
internal sealed class TempFolder : IDisposable
{
    private bool _isMounted;

    internal TempFolder() => Path = Directory.CreateTempSubdirectory("nk-mlflow-test-").FullName;

    internal string Path { get; }

    /// <summary>A new folder that is a small file system of its own, if this user may mount one; else the test is skipped.</summary>
    internal static TempFolder Mounted(string size)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs a tmpfs file system: Linux only");
        TempFolder folder = new();
        folder._isMounted = Run("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", folder.Path);
        if (!folder._isMounted)
        {
            folder.Dispose();
            Assert.Skip("needs permission to mount a tmpfs file system: run as root");
        }

        return folder;
    }

    /// <summary>Makes a mounted folder impossible to write to, or possible again.</summary>
    internal void Remount(bool readOnly) => Assert.True(Run("mount", "-o", readOnly ? "remount,ro" : "remount,rw", Path));

    internal string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        if (_isMounted)
            Run("umount", "-l", Path);
        Directory.Delete(Path, recursive: true);
    }

    private static bool Run(string program, params string[] arguments)
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
