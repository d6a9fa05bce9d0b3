namespace NeuralKernels.Mlflow;

/// <summary>What went wrong in a tracking store, for a caller that wants to act on it.</summary>
public enum TrackingErrorKind
{
    /// <summary>A name, key or value that MLflow does not accept.</summary>
    InvalidValue,

    /// <summary>No such run, experiment or artifact.</summary>
    NotFound,

    /// <summary>A parameter of a run was logged before with another value.</summary>
    ParameterConflict,

    /// <summary>The run or experiment is deleted or ended and takes no more data.</summary>
    NotActive,

    /// <summary>The disk that holds the store is full.</summary>
    DiskFull,

    /// <summary>The store exists and cannot be written.</summary>
    ReadOnly,

    /// <summary>Another process held the store's write lock for longer than the timeout.</summary>
    Locked,

    /// <summary>The store's file is not an SQLite database, or is damaged.</summary>
    NotADatabase,

    /// <summary>The database is not an MLflow store, or one whose tables this client cannot write.</summary>
    UnknownSchema,

    /// <summary>The store's directory is missing, cannot be created or cannot be opened.</summary>
    NoAccess,

    /// <summary>Something that this client does not do.</summary>
    Unsupported,

    /// <summary>Any other failure of the file system or of SQLite.</summary>
    Failed,
}
