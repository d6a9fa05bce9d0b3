using FsCheck;
using FsCheck.Fluent;
using NeuralKernels.Host.Components;
using NeuralKernels.Host.Experiments;
using NeuralKernels.Host.Options;

namespace NeuralKernels.Tests.Host.Experiments;

public class ExperimentFilePropertyTests
{
    private static readonly ComponentCatalog s_catalog = ToyPlugin.Catalog();

    private static readonly string[] s_pieces =
    [
        ":", "- ", "[", "]", "{", "}", "\"", "'", "\n", "\n  ", "\t", "&a ", "*a", "<<: ", "? ", "| ", ">", "#", "!", "%", "@", "`", "---\n", "...\n", ",", "~", "1e999", ".nan", "-1",
        "type", "layer", "\0", "\r", "\r\n", "\uFEFF", "\u2028", "é", "\\x", "\\u12", "0x", "type: cg", "null",
    ];

    private static readonly Gen<double> s_positive = Gen.Choose(1, 1_000_000).Two().Select(p => p.Item1 / (double)p.Item2);

    private static Gen<string> Layers(int size)
    {
        Gen<string> dense = s_positive.Two().Select(p => $"{{ layer: Dense, W_std: {ScalarText.Of(p.Item1)}, b_std: {ScalarText.Of(p.Item2)} }}");
        Gen<string> leaf = Gen.OneOf(dense, Gen.Elements("Relu", "{ layer: Relu }", "{ layer: Dense }"));
        if (size <= 1)
            return leaf.Select(l => $"[ {l} ]");
        Gen<string> inner = Layers(size / 2);
        Gen<string> nested = Gen.OneOf(
            Gen.Choose(1, 100).SelectMany(n => inner.Select(i => $"{{ layer: Repeat, times: {n}, layers: {i} }}")),
            inner.Two().Select(i => $"{{ layer: Residual, branches: [ {i.Item1}, {i.Item2} ] }}"));
        return Gen.OneOf(leaf, nested).ArrayOf(3).Select(layers => $"[ {string.Join(", ", layers)} ]");
    }

    private static readonly Gen<string> s_experiments =
        from layers in Layers(8)
        from kernel in Gen.Elements($"network: {layers}, get: nngp, type: network", $"type: network, network: {layers}", "type: rbf, shape: { power: 3, inner: { inner: ~ } }", "type: rbf, length_scale: 1e-300")
        from solver in Gen.OneOf(Gen.Elements("", "solver: cg\n", "solver: { ridge: 1 }\n"), s_positive.ArrayOf().Select(r => $"solver: {{ ridge: [{string.Join(", ", r.Select(x => ScalarText.Of(x)))}] }}\n"))
        from metrics in Gen.Elements("", "metrics: mse\n", "metrics: [accuracy, { type: mse }]\n", "metrics: []\n", "metrics:\n")
        from seed in Gen.Choose(0, int.MaxValue)
        from name in Gen.Elements("x", "'1'", "\"a: b\"", "é", "a b", "'true'")
        select $"name: {name}\nseed: {seed}\ndataset: digits\nkernel: {{ {kernel} }}\n{solver}{metrics}";

    [Fact]
    public void Yaml_OfAnyExperiment_LoadsAsThatExperiment() => Prop.ForAll(
        s_experiments.ToArbitrary(),
        text =>
        {
            ExperimentFileResult first = ExperimentFile.Parse(text, "x.yaml", [], s_catalog);
            ExperimentFileResult second = ExperimentFile.Parse(first.Yaml, "x.yaml", [], s_catalog);
            return (first.Succeeded && second.Succeeded
                && first.Experiment.Name == second.Experiment.Name
                && first.Parameters.SequenceEqual(second.Parameters)
                && first.Yaml == second.Yaml).Label(first.Report() + second.Report() + first.Yaml);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    [Fact]
    public void Parameters_OfAnyExperiment_AsOverridesGiveThatExperiment() => Prop.ForAll(
        s_experiments.ToArbitrary(),
        text =>
        {
            // Places in lists are written [0] in overrides and .0 in keys of parameters, which allow no brackets.
            ExperimentFileResult first = ExperimentFile.Parse(text, "x.yaml", [], s_catalog);
            string[] overrides = [.. first.Parameters.Where(p => p.Key.StartsWith("solver.", StringComparison.Ordinal) || p.Key.StartsWith("kernel.length", StringComparison.Ordinal)).Select(p => $"{p.Key}={p.Value}")];
            ExperimentFileResult second = ExperimentFile.Parse(text, "x.yaml", overrides, s_catalog);
            return (second.Succeeded && first.Parameters.SequenceEqual(second.Parameters)).Label(second.Report());
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(100));

    [Fact]
    public void Parse_OfMutatedText_NeverThrowsAndNamesAProblemWhereItFails()
    {
        Gen<(int Kind, int Where, int Length, string Piece)> mutations =
            from kind in Gen.Choose(0, 2)
            from place in Gen.Choose(0, 10_000)
            from length in Gen.Choose(1, 12)
            from piece in Gen.Elements(s_pieces)
            select (kind, place, length, piece);

        Prop.ForAll(mutations.NonEmptyListOf().ToArbitrary(), list =>
        {
            string text = ExperimentFileTests.Digits;
            foreach ((int kind, int where, int length, string piece) in list)
            {
                int at = where % (text.Length + 1);
                int count = Math.Min(length, text.Length - at);
                text = kind switch
                {
                    0 => text.Insert(at, piece),
                    1 => text.Remove(at, count),
                    _ => text.Remove(at, count).Insert(at, piece),
                };
            }

            ExperimentFileResult result = ExperimentFile.Parse(text, "x.yaml", [], s_catalog);
            bool isWritten = !result.Succeeded || ExperimentFile.Parse(result.Yaml, "x.yaml", [], s_catalog).Parameters.SequenceEqual(result.Parameters);
            return (result.Succeeded == (result.Problems.Count == 0) && isWritten).Label(text);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));
    }

    [Fact]
    public void Parse_OfRandomOverrides_NeverThrows() => Prop.ForAll(
        Gen.Elements([.. s_pieces, "kernel", ".", "solver", "[0]", "[1]", "=", "network", "ridge", "1"]).ArrayOf(6).Select(string.Concat).ToArbitrary(),
        text =>
        {
            ExperimentFileResult result = ExperimentFile.Parse(ExperimentFileTests.Digits, "x.yaml", [text], s_catalog);
            return result.Succeeded == (result.Problems.Count == 0);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
}
