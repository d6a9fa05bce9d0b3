using System.Reflection;
using NeuralKernels.Abstractions;

namespace NeuralKernels.Tests.Architecture;

/// <summary>What the shared assemblies may name in public: a plugin must be able to bring its own version of everything else.</summary>
public sealed class PublicSurfaceTests
{
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly string _framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;

    [Fact]
    public void Abstractions_NameOnlyTheBaseClassLibraryAndThemselves() => AssertNames("NeuralKernels.Abstractions", "NeuralKernels.Abstractions");

    [Theory]
    [InlineData("NeuralKernels.Compute")]
    [InlineData("NeuralKernels.Networks")]
    public void SharedAssembly_NamesOnlyTheBaseClassLibraryAndSharedAssemblies(string assembly) =>
        AssertNames(assembly, "NeuralKernels.Abstractions", "NeuralKernels.Compute", "NeuralKernels.Networks");

    [Fact]
    public void NamedTypes_OfGenericMember_AreFoundInsideTypeArguments()
    {
        MethodInfo add = typeof(IComponentCatalog).GetMethod(nameof(IComponentCatalog.Add))!;

        Assert.Contains(typeof(Func<,>), NamedBy(add).SelectMany(Parts));
    }

    private static void AssertNames(string assembly, params string[] allowed)
    {
        string[] foreign = [.. Assembly.Load(assembly).GetExportedTypes()
            .SelectMany(type => NamedBy(type).SelectMany(Parts).Select(named => (By: type, Named: named)))
            .Where(use => !allowed.Contains(use.Named.Assembly.GetName().Name) && Path.GetDirectoryName(use.Named.Assembly.Location) != _framework)
            .Select(use => $"{use.By} names {use.Named} of {use.Named.Assembly.GetName().Name}").Distinct()];
        Assert.Empty(foreign);
    }

    private static IEnumerable<Type> NamedBy(Type type)
    {
        IEnumerable<Type> own = type.BaseType is { } parent ? [parent, .. type.GetInterfaces()] : type.GetInterfaces();
        return own.Concat(type.GetGenericArguments().SelectMany(a => a.GetGenericParameterConstraints()))
            .Concat(type.GetMembers(All).SelectMany(NamedBy));
    }

    private static IEnumerable<Type> NamedBy(MemberInfo member) => member switch
    {
        MethodInfo m when IsVisible(m) =>
            [m.ReturnType, .. m.GetParameters().Select(p => p.ParameterType), .. m.GetGenericArguments().SelectMany(a => a.GetGenericParameterConstraints())],
        ConstructorInfo c when IsVisible(c) => c.GetParameters().Select(p => p.ParameterType),
        FieldInfo { IsPublic: true } or FieldInfo { IsFamily: true } or FieldInfo { IsFamilyOrAssembly: true } => [((FieldInfo)member).FieldType],
        _ => [],
    };

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    // A type and all types that it is made of.
    private static IEnumerable<Type> Parts(Type type) =>
        type.HasElementType ? Parts(type.GetElementType()!) :
        type.IsGenericParameter ? [] :
        type.IsConstructedGenericType ? [type.GetGenericTypeDefinition(), .. type.GetGenericArguments().SelectMany(Parts)] :
        [type];
}
