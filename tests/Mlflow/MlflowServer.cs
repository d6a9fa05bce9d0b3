using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace NeuralKernels.Tests.Mlflow;

/// <summary>
/// MLflow's own server on a store, from a virtual environment that is made once for all test runs on the machine.
/// </summary>
/// <remarks>Stands alone, so that other test projects can compile this file too.</remarks>
public sealed class MlflowServer : IDisposable
{
    private static readonly TimeSpan s_startLimit = TimeSpan.FromMinutes(3);
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private MlflowServer(Process process, Uri address)
    {
        _process = process;
        Client = new HttpClient { BaseAddress = address };
        process.OutputDataReceived += (_, e) => Append(e.Data);
        process.ErrorDataReceived += (_, e) => Append(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>A client of the server, based at its address.</summary>
    public HttpClient Client { get; }

    /// <summary>Why no server can be started here, or null if one can.</summary>
    public static string? WhyUnavailable()
    {
        if (!OperatingSystem.IsLinux())
            return "needs an MLflow server, which the test data holds for Linux only";
        if (!Directory.Exists(Path.Combine(Kit, "wheels")))
            return "needs an MLflow server: set NK_TEST_DATA to the folder of test data";
        // The wheels are for one version of Python, and the kit's installer uses the program named so.
        return Run("python3", ["-c", "import sys, venv; sys.exit(sys.version_info[:2] != (3, 11))"]) is (0, _)
            ? null
            : "needs an MLflow server: put Python 3.11 on the path as python3";
    }

    /// <summary>Starts a server on a store and waits until it answers.</summary>
    /// <param name="store">The directory that holds, or will hold, <c>mlflow.db</c> and <c>mlartifacts</c>.</param>
    public static MlflowServer Start(string store)
    {
        int port = FreePort();
        ProcessStartInfo start = new(Path.Combine(VirtualEnvironment(), "bin", "mlflow"))
        {
            ArgumentList = { "server", "--host", "127.0.0.1", "--port", port.ToString(), "--workers", "1" },
            WorkingDirectory = store,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Isolate(start);
        MlflowServer server = new(Process.Start(start)!, new Uri($"http://127.0.0.1:{port}/"));
        try
        {
            server.WaitUntilHealthy();
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Makes an empty store with MLflow's own migrations.</summary>
    /// <param name="directory">Where to put <c>mlflow.db</c>.</param>
    /// <param name="revision">The schema's revision.</param>
    public static void MakeStore(string directory, string revision)
    {
        (int code, string output) = Run(
            Path.Combine(VirtualEnvironment(), "bin", "python"), [Path.Combine(Kit, "make-store.py"), revision], directory);
        if (code != 0)
            throw new InvalidOperationException($"MLflow could not make a store: {output}");
    }

    /// <summary>Calls the REST API.</summary>
    /// <param name="call">Its name and query below <c>api/2.0/mlflow/</c>.</param>
    /// <param name="body">The body of a POST, or null for a GET.</param>
    public JsonElement Call(string call, object? body = null)
    {
        string path = $"api/2.0/mlflow/{call}";
        // As a string, because the server takes a body without Content-Length (JsonContent) for an empty one.
        using StringContent json = new(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        using HttpResponseMessage response = (body is null ? Client.GetAsync(path) : Client.PostAsync(path, json)).GetAwaiter().GetResult();
        string text = response.Content.ReadAsStringAsync().GetAwaiter().GetResult();
        return response.IsSuccessStatusCode
            ? JsonDocument.Parse(text).RootElement
            : throw new InvalidOperationException($"{call}: {(int)response.StatusCode} {text}\n{Output}");
    }

    /// <summary>Downloads an artifact.</summary>
    /// <param name="path">Its path below the artifact root: experiment, run, <c>artifacts</c>, and the path in the run.</param>
    public byte[] Download(string path)
    {
        string escaped = string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
        return Client.GetByteArrayAsync($"api/2.0/mlflow-artifacts/artifacts/{escaped}").GetAwaiter().GetResult();
    }

    /// <summary>Ends the server and the processes that it started.</summary>
    public void Dispose()
    {
        Client.Dispose();
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    private static string Kit => Path.Combine(TestData(), "mlflow");

    private string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    private static string TestData()
    {
        if (Environment.GetEnvironmentVariable("NK_TEST_DATA") is { Length: > 0 } given)
            return given;
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Framework.sln")))
                return Path.GetFullPath(Path.Combine(folder.FullName, "..", "shared"));
        }

        return "";
    }

    /// <summary>The virtual environment, made if absent; one process makes it while others wait.</summary>
    private static string VirtualEnvironment()
    {
        string wheel = Path.GetFileName(Directory.GetFiles(Path.Combine(Kit, "wheels"), "mlflow-*.whl")[0]);
        string environment = Path.Combine(Path.GetTempPath(), $"nk-mlflow-{wheel.Split('-')[1]}-venv");
        string complete = Path.Combine(environment, ".complete");
        using FileStream _ = WaitForLock(environment + ".lock");
        if (File.Exists(complete))
            return environment;
        if (Directory.Exists(environment))
            Directory.Delete(environment, recursive: true);
        (int code, string output) = Run(Path.Combine(Kit, "install"), [environment]);
        if (code != 0)
            throw new InvalidOperationException($"The MLflow server could not be installed: {output}");
        File.WriteAllText(complete, "");
        return environment;
    }

    private static FileStream WaitForLock(string file)
    {
        Stopwatch waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (waited.Elapsed < s_startLimit)
            {
                Thread.Sleep(200);
            }
        }
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static (int Code, string Output) Run(string program, string[] arguments, string? directory = null)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (directory is not null)
            start.WorkingDirectory = directory;
        Isolate(start);
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output + errors.Result);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return (-1, e.Message);
        }
    }

    // Settings of the user's own MLflow must not reach the server under test, nor it the network.
    private static void Isolate(ProcessStartInfo start)
    {
        foreach (string name in start.Environment.Keys.Where(k => k.StartsWith("MLFLOW_", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(name);
        start.Environment["MLFLOW_DISABLE_TELEMETRY"] = "true";
        start.Environment["MLFLOW_SERVER_ENABLE_JOB_EXECUTION"] = "false";
    }

    private void WaitUntilHealthy()
    {
        Stopwatch waited = Stopwatch.StartNew();
        while (waited.Elapsed < s_startLimit && !_process.HasExited)
        {
            try
            {
                using HttpResponseMessage response = Client.GetAsync("health").GetAwaiter().GetResult();
                if (response.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            Thread.Sleep(100);
        }

        throw new InvalidOperationException($"The MLflow server did not start: {Output}");
    }

    private void Append(string? line)
    {
        lock (_output)
            _output.AppendLine(line);
    }
}
