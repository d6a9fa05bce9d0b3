using NeuralKernels.Abstractions;
using NeuralKernels.Bench;

var benchmarks = new Dictionary<string, Action<Report, string[]>>
{
    ["machine"] = MachineBenchmark.Run,
    ["gemm"] = GemmBenchmark.Run,
    ["tile"] = TileBenchmark.Run,
    ["cholesky"] = CholeskyBenchmark.Run,
    ["eigen"] = EigenBenchmark.Run,
    ["gram"] = GramBenchmark.Run,
    ["planes"] = PlanesBenchmark.Run,
    ["accuracy"] = AccuracyBenchmark.Run,
};

if (args.Length == 0 || !benchmarks.TryGetValue(args[0], out Action<Report, string[]>? benchmark))
{
    Console.Error.WriteLine($"usage: dotnet run -c Release --project bench -- {string.Join('|', benchmarks.Keys)} [sizes...] [--save]");
    return 2;
}

var report = new Report(args[0]);
try
{
    benchmark(report, [.. args.Skip(1).Where(a => !a.StartsWith('-'))]);
}
catch (UserErrorException error)
{
    Console.Error.WriteLine($"{error.Message} {error.Remedy}");
    return 1;
}

if (args.Contains("--save"))
    report.Save();
return 0;
