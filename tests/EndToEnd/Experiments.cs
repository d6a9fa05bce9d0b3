namespace NeuralKernels.Tests.EndToEnd;

/// <summary>Parts of experiment files.</summary>
internal static class Experiments
{
    /// <summary>A kernel that fits vectors and images.</summary>
    public const string Kernel = "kernel: { type: network, network: [ { layer: Dense, b_std: 0.1 }, { layer: Relu }, { layer: Dense } ] }\n";

    /// <summary>An experiment on a table <c>data/table.csv</c> whose last columns are the targets y and z.</summary>
    public const string Table = "name: table\ndataset: { type: csv, path: table.csv, target: [y, z] }\nsplit: { type: random, test: 10, validation: 6 }\nmetrics: [ mse, r2 ]\n" + Kernel;

    /// <summary>The examples folder of the repository.</summary>
    public static string Examples { get; } = Path.Combine(TestData.Repository, "examples");

    /// <summary>Writes <see cref="Table"/> as <c>table.yaml</c> with its data: 40 lines, some targets missing.</summary>
    public static Workspace WithTable(this Workspace workspace) => workspace.Write("table.yaml", Table).Write("data/table.csv", TableLines(_ => true));

    /// <summary>Lines of a table a, b, y = a b, z = a - b, where every seventh y and every fifth z is missing.</summary>
    /// <param name="hasTargets">Whether a line has targets at all.</param>
    public static string TableLines(Func<int, bool> hasTargets)
    {
        List<string> lines = ["a,b,y,z"];
        for (int i = 0; i < 40; i++)
        {
            (double a, double b) = (Math.Sin(1.7 * i), Math.Cos(2.9 * i));
            lines.Add($"{a:f6},{b:f6},{(i % 7 == 0 || !hasTargets(i) ? "" : $"{a * b:f6}")},{(i % 5 == 0 || !hasTargets(i) ? "" : $"{a - b:f6}")}");
        }

        return string.Join('\n', lines) + "\n";
    }
}
