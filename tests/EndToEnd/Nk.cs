using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace NeuralKernels.Tests.EndToEnd;

/// <summary>What a command of nk did.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
internal sealed record NkResult(int ExitCode, string Output, string Error)
{
    /// <summary>Everything that was printed, for messages of failed tests.</summary>
    public string All => $"exit code {ExitCode}\n{Output}\n{Error}";

    /// <summary>The lines of <c>--json</c>, each an object.</summary>
    public IReadOnlyList<JsonElement> JsonLines =>
        [.. Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    /// <summary>Metrics of the outcome that <c>--json</c> prints.</summary>
    public IReadOnlyDictionary<string, double> Metrics => JsonLines.Single(line => line.GetProperty("event").GetString() == "outcome")
        .GetProperty("metrics").EnumerateObject().ToDictionary(
            m => m.Name, m => m.Value.ValueKind == JsonValueKind.String ? double.Parse(m.Value.GetString()!) : m.Value.GetDouble());

    /// <summary>Asserts success.</summary>
    public NkResult Succeeded()
    {
        Assert.True(ExitCode == 0, All);
        return this;
    }

    /// <summary>Asserts a failure that is told in a message with the given parts, and not by a stack trace.</summary>
    public NkResult Failed(int exitCode, params string[] parts)
    {
        Assert.True(ExitCode == exitCode, $"instead of exit code {exitCode}: {All}");
        Assert.All(parts, part => Assert.True(Error.Contains(part, StringComparison.Ordinal), $"without '{part}': {All}"));
        Assert.DoesNotContain("   at ", Error, StringComparison.Ordinal);
        return this;
    }
}

/// <summary>Runs the built program as a user does.</summary>
internal static class Nk
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(120);

    // The path of the tests ends in the configuration and the framework, as that of the host does.
    private static readonly string s_configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    /// <summary>The folder of the built host.</summary>
    public static string HostFolder { get; } = Path.Combine(TestData.Repository, "src", "Host", "bin", s_configuration, "net10.0");

    /// <summary>The folder of a built plugin of the tests.</summary>
    public static string TestPlugin(string name) => Path.Combine(TestData.Repository, "tests", "Plugins", name, "bin", s_configuration, "net10.0");

    /// <summary>The folder of a built plugin of the examples.</summary>
    public static string ExamplePlugin(string name) => Path.Combine(TestData.Repository, "examples", name, "bin", s_configuration, "net10.0");

    /// <summary>Runs a command to its end; one that takes too long is killed with its children and fails the test.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="folder">The working folder.</param>
    /// <param name="environment">Variables to add.</param>
    public static NkResult Run(string[] arguments, string folder, params (string Name, string Value)[] environment)
    {
        using Process process = Start(arguments, folder, environment);
        return End(process, s_limit);
    }

    /// <summary>Starts a command. Give it to <see cref="End"/>.</summary>
    public static Process Start(string[] arguments, string folder, params (string Name, string Value)[] environment)
    {
        // A shell may have started the tests with SIGINT ignored, which children inherit.
        string[] prefix = OperatingSystem.IsLinux() ? ["env", "--default-signal=INT", "dotnet"] : ["dotnet"];
        ProcessStartInfo start = new(prefix[0], [.. prefix[1..], Path.Combine(HostFolder, "nk.dll"), .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Settings of the user must not reach the program under test.
        foreach (string name in start.Environment.Keys.Where(k => k.StartsWith("MLFLOW_", StringComparison.Ordinal) || k.StartsWith("NK_", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(name);
        start.Environment["XDG_CONFIG_HOME"] = Path.Combine(folder, "no-user-settings");
        start.Environment["NO_COLOR"] = "1";
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>Waits for the end of a command.</summary>
    public static NkResult End(Process process, TimeSpan limit)
    {
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        bool ended = process.WaitForExit(limit);
        if (!ended)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }

        string said = $"{output.GetAwaiter().GetResult()}\n{error.GetAwaiter().GetResult()}";
        Assert.True(ended, $"nk did not end within {limit.TotalSeconds:f0} s, and was killed:\n{said}");
        return new NkResult(process.ExitCode, output.Result, error.Result);
    }

    /// <summary>Sends a signal by its name.</summary>
    public static void Signal(Process process, string signal)
    {
        using Process kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>Whether this user may write anywhere, so that permissions of files do not bind.</summary>
    public static bool IsRoot => !OperatingSystem.IsWindows() && EffectiveUser() == 0;

    [DllImport("libc", EntryPoint = "geteuid")]
    private static extern uint EffectiveUser();
}
