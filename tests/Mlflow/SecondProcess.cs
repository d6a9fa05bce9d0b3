using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using NeuralKernels.Mlflow;

namespace NeuralKernels.Tests.Mlflow;

/// <summary>This test program started once more, as another process that uses a store.</summary>
internal sealed class SecondProcess : IDisposable
{
    internal const string Marker = "--act-as-second-process";
    internal const string Ready = "ready";

    private readonly Process _process;

    private SecondProcess(Process process) => _process = process;

    /// <summary>Starts it and waits until it has done its first part.</summary>
    internal static SecondProcess Start(params string[] command)
    {
        string name = typeof(SecondProcess).Assembly.GetName().Name + (OperatingSystem.IsWindows() ? ".exe" : "");
        string program = Path.Combine(AppContext.BaseDirectory, name);
        ProcessStartInfo start = new(program, [Marker, .. command])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process process = Process.Start(start)!;
        Assert.Equal(Ready, process.StandardOutput.ReadLine());
        return new SecondProcess(process);
    }

    /// <summary>Lets it go on to its second part and waits for its end.</summary>
    internal void Continue()
    {
        _process.StandardInput.Close();
        WaitForExit();
    }

    /// <summary>Sends it a signal.</summary>
    internal void Signal(string name)
    {
        using Process kill = Process.Start("kill", [$"-{name}", _process.Id.ToString()]);
        kill.WaitForExit();
    }

    internal void WaitForExit() => Assert.True(_process.WaitForExit(60_000), "The second process did not end.");

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    /// <summary>What the second process does.</summary>
    internal static int Act(string[] command)
    {
        switch (command)
        {
            case ["lock", string file]:
                using (SqliteConnection connection = new($"Data Source={file};Pooling=False"))
                {
                    connection.Open();
                    using SqliteCommand begin = connection.CreateCommand();
                    begin.CommandText = "BEGIN EXCLUSIVE";
                    begin.ExecuteNonQuery();
                    SayReadyAndWait();
                }

                return 0;
            case ["leave", string directory, string how]:
                EmbeddedStore.Open(directory).StartRun(new RunSpec { ExperimentName = "left", RunName = how });
                SayReadyAndWait();
                return how == "throw" ? throw new InvalidOperationException("as asked for by the test") : 0;
            case ["survive", string directory, string name]:
                using (ManualResetEventSlim signalled = new())
                using (PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => { context.Cancel = true; signalled.Set(); }))
                using (EmbeddedStore store = EmbeddedStore.Open(directory))
                using (ActiveRun run = store.StartRun(new RunSpec { ExperimentName = "left", RunName = name }))
                {
                    SayReadyAndWait();
                    signalled.Wait();
                    run.LogMetric("after", 1);
                }

                return 0;
            case ["write", string directory, string name, string count]:
                SayReadyAndWait();
                using (EmbeddedStore store = EmbeddedStore.Open(directory))
                using (ActiveRun run = store.StartRun(new RunSpec { ExperimentName = "shared", RunName = name }))
                {
                    for (int i = 0; i < int.Parse(count); i++)
                        run.LogMetric("loss", i, i);
                }

                return 0;
            default:
                return 2;
        }
    }

    private static void SayReadyAndWait()
    {
        Console.Out.WriteLine(Ready);
        Console.Out.Flush();
        Console.In.ReadToEnd();
    }
}
