using System.Text.Json.Nodes;

namespace NeuralKernels.Host.Reporting;

/// <summary>Tells the person at the terminal, or a script, what a run does.</summary>
internal interface IRunReporter
{
    /// <summary>Tells a fact under the heading of a stage.</summary>
    void Line(string stage, string text);

    /// <summary>Tells of something that is wrong but does not end the run.</summary>
    void Warn(string text);

    /// <summary>Does the work of a stage, shows its progress while it lasts, and its summary afterwards.</summary>
    /// <param name="name">Heading of the stage.</param>
    /// <param name="work">Reports progress and returns the result with a summary.</param>
    T Stage<T>(string name, Func<IProgress<StageProgress>, StageResult<T>> work);

    /// <summary>Tells the outcome to scripts.</summary>
    void Outcome(JsonObject outcome);
}

/// <summary>State of a stage.</summary>
/// <param name="Fraction">From 0 to 1.</param>
/// <param name="Text">Rate and amounts, for people.</param>
internal readonly record struct StageProgress(double Fraction, string Text);

/// <summary>What a stage ends with.</summary>
/// <param name="Value">The result.</param>
/// <param name="Summary">One line for people.</param>
internal readonly record struct StageResult<T>(T Value, string Summary);

/// <summary>How much a command says.</summary>
internal enum Verbosity
{
    /// <summary>A line a stage, with live progress on a terminal.</summary>
    Normal,

    /// <summary>Warnings and errors only.</summary>
    Quiet,

    /// <summary>One JSON object a line.</summary>
    Json,
}
