namespace NeuralKernels.Mlflow;

/// <summary>An experiment: a named group of runs.</summary>
/// <param name="Id">The identifier, a decimal number in an embedded store.</param>
/// <param name="Name">The name, unique in the store.</param>
/// <param name="ArtifactLocation">Where the artifacts of its runs lie, as a URI.</param>
/// <param name="IsDeleted">Whether it was deleted; its name stays taken until it is purged.</param>
/// <param name="CreatedAt">When it was created.</param>
public sealed record Experiment(string Id, string Name, string ArtifactLocation, bool IsDeleted, DateTimeOffset CreatedAt);
