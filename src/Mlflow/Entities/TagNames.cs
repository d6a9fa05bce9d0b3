namespace NeuralKernels.Mlflow;

/// <summary>Tags to which MLflow gives a meaning.</summary>
public static class TagNames
{
    /// <summary>The run's name, always equal to <see cref="RunInfo.Name"/>.</summary>
    public const string RunName = "mlflow.runName";

    /// <summary>The run that this one is nested in.</summary>
    public const string ParentRunId = "mlflow.parentRunId";

    /// <summary>Who ran it.</summary>
    public const string User = "mlflow.user";

    /// <summary>The program or file that ran it.</summary>
    public const string SourceName = "mlflow.source.name";

    /// <summary>The kind of source: <c>LOCAL</c>, <c>JOB</c>, <c>NOTEBOOK</c>, <c>PROJECT</c> or <c>UNKNOWN</c>.</summary>
    public const string SourceType = "mlflow.source.type";

    /// <summary>A description in Markdown.</summary>
    public const string Note = "mlflow.note.content";

    /// <summary>The tag of a data set input that says what the run used it for.</summary>
    internal const string DatasetContext = "mlflow.data.context";
}
