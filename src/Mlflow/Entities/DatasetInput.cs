namespace NeuralKernels.Mlflow;

/// <summary>A data set that a run read.</summary>
/// <remarks>Within an experiment the name and the digest identify a data set: what was stored first for the two stays.</remarks>
/// <param name="Name">The name, 1 to 500 characters.</param>
/// <param name="Digest">A fingerprint of the content, 1 to 36 characters.</param>
/// <param name="SourceType">The kind of source, such as <c>local</c>, <c>http</c> or <c>code</c>; 1 to 36 characters.</param>
/// <param name="Source">Where the data came from: a JSON object of at most 65,535 characters.</param>
public sealed record DatasetInput(string Name, string Digest, string SourceType, string Source)
{
    /// <summary>
    /// The columns and their types as JSON in MLflow's form (<c>{"mlflow_colspec": [...]}</c> or
    /// <c>{"mlflow_tensorspec": ...}</c>), or null.
    /// </summary>
    public string? Schema { get; init; }

    /// <summary>Summary figures, such as the number of rows, as a JSON object, or null.</summary>
    public string? Profile { get; init; }

    /// <summary>What the run used it for, such as <c>train</c> or <c>test</c>, or null; shown by MLflow's UI as a badge.</summary>
    public string? Context { get; init; }
}
