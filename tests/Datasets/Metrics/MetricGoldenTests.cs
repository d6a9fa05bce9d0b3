using System.Text.Json;
using NeuralKernels.Abstractions;
using NeuralKernels.Datasets;

namespace NeuralKernels.Tests.Datasets;

/// <summary>Metrics against the values of scikit-learn and scipy in golden.json, which golden.py makes.</summary>
public sealed class MetricGoldenTests
{
    public sealed record Case(
        string Kind, int Count, int Outputs, double?[] Mean, double?[] Target, double?[]? Probabilities, double?[]? Variance, int? Bins, Dictionary<string, double> Values);

    private static readonly Case[] s_cases = Read();

    private static Case[] Read()
    {
        using Stream stream = typeof(MetricGoldenTests).Assembly.GetManifestResourceStream("golden.json")!;
        return JsonSerializer.Deserialize<Case[]>(stream, JsonSerializerOptions.Web)!;
    }

    public static TheoryData<int, string> All
    {
        get
        {
            var data = new TheoryData<int, string>();
            for (int i = 0; i < s_cases.Length; i++)
            {
                foreach (string metric in s_cases[i].Values.Keys)
                    data.Add(i, metric);
            }

            return data;
        }
    }

    private static double[]? Numbers(double?[]? values) => values is null ? null : Array.ConvertAll(values, value => value ?? double.NaN);

    [Theory]
    [MemberData(nameof(All))]
    public void Evaluate_AgreesWithScikitLearn(int number, string name)
    {
        Case golden = s_cases[number];
        string[] names = [.. Enumerable.Range(0, golden.Outputs).Select(output => $"{output}")];
        Targets targets = golden.Kind == "classes"
            ? new ClassTargets(Array.ConvertAll(golden.Target, label => (int)label!.Value), names)
            : new RealTargets(Numbers(golden.Target)!, names);
        var predictions = new Predictions(golden.Count, golden.Outputs, Numbers(golden.Mean)!, Numbers(golden.Probabilities), Numbers(golden.Variance));
        Assert.Equal(golden.Values[name], MetricTests.Create(name, golden.Bins ?? 15).Evaluate(predictions, targets), 1e-12);
    }
}
