namespace NeuralKernels.Host.Options;

/// <summary>An options type that no experiment file can fill: a fault of the plugin that declares it.</summary>
internal sealed class OptionTypeException(string message, Exception? innerException = null) : Exception(message, innerException);
