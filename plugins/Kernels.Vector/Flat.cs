using NeuralKernels.Abstractions;

namespace NeuralKernels.Kernels.Vector;

/// <summary>The examples that kernels of this plugin take.</summary>
internal static class Flat
{
    /// <exception cref="UserErrorException">Neither vectors nor images.</exception>
    public static void Require(ExampleShape shape, string kernel)
    {
        if (shape.Kind is not (ExampleKinds.Vectors or ExampleKinds.Images))
        {
            throw new UserErrorException(
                $"The kernel '{kernel}' takes vectors or images (flattened), and the examples are {shape.Kind.ToString().ToLowerInvariant()} of shape {shape}.",
                "Choose a kernel for such examples: nk list kernel.");
        }
    }
}
