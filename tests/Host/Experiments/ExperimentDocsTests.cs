using NeuralKernels.Host.Experiments;

namespace NeuralKernels.Tests.Host.Experiments;

public class ExperimentDocsTests
{
    private static readonly string s_docs = ExperimentDocs.Render(ToyPlugin.Catalog());

    [Fact]
    public void Render_HasASectionForTheExperimentAndEveryKind() => Assert.Equal(
        ["## Options of an experiment", "## Dataset components", "## Split components", "## Transform components", "## Augmentation components", "## Kernel components", "## Solver components", "## Metric components", "## Layer components"],
        s_docs.Split('\n').Where(line => line.StartsWith("## ", StringComparison.Ordinal)));

    [Fact]
    public void Render_OfAComponent_ShowsOptionsAndAnExample() => Assert.Contains(
        """
        ### `layer: Dense`

        | Option | Type | Default | Allowed | Description |
        | --- | --- | --- | --- | --- |
        | `W_std` | real | `1` | greater than 0 |  |
        | `b_std` | real | `0` | at least 0 |  |

        ```yaml
        - layer: Dense
          W_std: 1
          b_std: 0
        ```
        """.ReplaceLineEndings("\n"),
        s_docs, StringComparison.Ordinal);

    [Fact]
    public void Render_OfATable_HasFiveCellsInEveryRow() => Assert.All(
        s_docs.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)),
        line => Assert.Equal(6, line.Replace("\\|", "", StringComparison.Ordinal).Count(c => c == '|')));

    [Fact]
    public void Render_EndsWithOneLineEndAndIsTheSameEachTime()
    {
        Assert.EndsWith("```\n", s_docs, StringComparison.Ordinal);
        Assert.Equal(s_docs, ExperimentDocs.Render(ToyPlugin.Catalog()));
    }
}
