using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using NeuralKernels.Abstractions;

namespace NeuralKernels.Host.Plugins;

/// <summary>What the file of an assembly says of itself, read without loading or locking it.</summary>
/// <param name="Version">Its version for people.</param>
/// <param name="PluginApi">The plugin API that it was built against; null where it does not say.</param>
/// <param name="HasEntryPoint">Whether it names a plugin class.</param>
/// <param name="TargetFramework">The .NET that it was built for; null where it does not say or names another kind of framework.</param>
/// <param name="References">The assemblies that it refers to.</param>
internal sealed record AssemblyMetadata(string Version, Version? PluginApi, bool HasEntryPoint, Version? TargetFramework, IReadOnlyList<AssemblyName> References)
{
    private const ushort CustomAttributeProlog = 1;

    /// <summary>Reads a file.</summary>
    /// <exception cref="BadImageFormatException">It is no .NET assembly.</exception>
    /// <exception cref="IOException">It is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be read.</exception>
    public static AssemblyMetadata Read(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using PEReader image = new(file, PEStreamOptions.PrefetchMetadata);
        if (!image.HasMetadata)
            throw new BadImageFormatException("It has no .NET metadata.");
        MetadataReader reader = image.GetMetadataReader();
        if (!reader.IsAssembly)
            throw new BadImageFormatException("It is a .NET module without an assembly.");

        AssemblyDefinition definition = reader.GetAssemblyDefinition();
        string version = definition.Version.ToString();
        Version? api = null, framework = null;
        bool hasEntryPoint = false;
        foreach (CustomAttributeHandle handle in definition.GetCustomAttributes())
        {
            CustomAttribute attribute = reader.GetCustomAttribute(handle);
            if (AttributeName(reader, attribute) is not { } name)
                continue;
            BlobReader value = reader.GetBlobReader(attribute.Value);
            if (value.ReadUInt16() != CustomAttributeProlog)
                continue;
            switch (name)
            {
                case nameof(PluginApiAttribute):
                    api = new Version(value.ReadInt32(), value.ReadInt32());
                    break;
                case nameof(PluginEntryPointAttribute):
                    hasEntryPoint = true;
                    break;
                case nameof(AssemblyInformationalVersionAttribute):
                    version = value.ReadSerializedString()?.Split('+')[0] ?? version;
                    break;
                case nameof(System.Runtime.Versioning.TargetFrameworkAttribute):
                    framework = ParseFramework(value.ReadSerializedString());
                    break;
            }
        }

        return new(version, api, hasEntryPoint, framework, [.. reader.AssemblyReferences.Select(r => reader.GetAssemblyReference(r).GetAssemblyName())]);
    }

    // The name of an attribute class that is defined in another assembly, in one of the namespaces that matter here.
    private static string? AttributeName(MetadataReader reader, CustomAttribute attribute)
    {
        if (attribute.Constructor.Kind != HandleKind.MemberReference)
            return null;
        EntityHandle parent = reader.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent;
        if (parent.Kind != HandleKind.TypeReference)
            return null;
        TypeReference type = reader.GetTypeReference((TypeReferenceHandle)parent);
        return reader.GetString(type.Namespace) is "NeuralKernels.Abstractions" or "System.Reflection" or "System.Runtime.Versioning"
            ? reader.GetString(type.Name)
            : null;
    }

    private static Version? ParseFramework(string? name)
    {
        const string Prefix = ".NETCoreApp,Version=v";
        return name is not null && name.StartsWith(Prefix, StringComparison.Ordinal) && System.Version.TryParse(name[Prefix.Length..], out Version? version)
            ? version
            : null;
    }
}
