using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace NeuralKernels.Tests.Architecture;

/// <summary>Prints the public and protected members of an assembly in a fixed order, one a line, much like their source.</summary>
internal static class ApiPrinter
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<Type, string> _keywords = new (Type Type, string Keyword)[]
    {
        (typeof(void), "void"), (typeof(object), "object"), (typeof(string), "string"), (typeof(bool), "bool"), (typeof(char), "char"),
        (typeof(sbyte), "sbyte"), (typeof(byte), "byte"), (typeof(short), "short"), (typeof(ushort), "ushort"), (typeof(int), "int"),
        (typeof(uint), "uint"), (typeof(long), "long"), (typeof(ulong), "ulong"), (typeof(nint), "nint"), (typeof(nuint), "nuint"),
        (typeof(float), "float"), (typeof(double), "double"), (typeof(decimal), "decimal"),
    }.ToDictionary(entry => entry.Type, entry => entry.Keyword);

    public static string Print(Assembly assembly)
    {
        StringBuilder text = new();
        foreach (Type type in assembly.GetExportedTypes().OrderBy(t => t.FullName, StringComparer.Ordinal))
        {
            foreach (string attribute in Attributes(type, assembly))
                text.Append(attribute).Append('\n');
            text.Append(Header(type)).Append('\n');
            foreach (string member in Members(type))
                text.Append("    ").Append(member).Append('\n');
        }

        return text.ToString();
    }

    private static IEnumerable<string> Attributes(Type type, Assembly assembly) =>
        type.GetCustomAttributesData()
            .Where(a => a.AttributeType.Assembly == assembly || a.AttributeType == typeof(FlagsAttribute) || a.AttributeType == typeof(AttributeUsageAttribute))
            .Select(a =>
            {
                string name = a.AttributeType.Name[..^nameof(Attribute).Length];
                IEnumerable<string> arguments = a.ConstructorArguments.Select(c => c.ToString()).Concat(a.NamedArguments.Select(n => n.ToString()));
                return a.ConstructorArguments.Count + a.NamedArguments.Count == 0 ? $"[{name}]" : $"[{name}({string.Join(", ", arguments)})]";
            })
            .Order(StringComparer.Ordinal);

    private static string Header(Type type)
    {
        string name = $"{type.Namespace}.{TypeName(type)}";
        if (type.IsEnum)
            return $"enum {name} : {TypeName(Enum.GetUnderlyingType(type))}";
        if (type.IsSubclassOf(typeof(Delegate)))
            return $"delegate {name} = {Method(type.GetMethod("Invoke")!)}";
        string kind =
            type.IsInterface ? "interface " :
            type.IsValueType ? (type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly " : "") + (type.IsByRefLike ? "ref struct " : "struct ") :
            (type.IsAbstract && type.IsSealed ? "static " : type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "")
                + (type.GetMethod("<Clone>$") is null ? "class " : "record ");
        IEnumerable<Type> interfaces = type.GetInterfaces();
        interfaces = interfaces.Except(interfaces.SelectMany(i => i.GetInterfaces())).Except(type.BaseType?.GetInterfaces() ?? []);
        IEnumerable<string> parents = interfaces.Select(TypeName).Order(StringComparer.Ordinal);
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType))
            parents = parents.Prepend(TypeName(parent));
        return kind + name + (parents.Any() ? " : " + string.Join(", ", parents) : "") + Constraints(type.GetGenericArguments());
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
            return Enum.GetValuesAsUnderlyingType(type).Cast<object>().Select(value => $"{Enum.GetName(type, value)} = {value}");
        if (type.IsSubclassOf(typeof(Delegate)))
            return [];
        return type.GetMembers(Declared).Where(m => !m.IsDefined(typeof(CompilerGeneratedAttribute)))
            .OrderBy(m => m.Name, StringComparer.Ordinal).ThenBy(m => m.ToString(), StringComparer.Ordinal)
            .Select(Member).OfType<string>();
    }

    private static string? Member(MemberInfo member) => member switch
    {
        ConstructorInfo c when IsVisible(c) => $"{Access(c)}{TypeName(c.DeclaringType!).Split('<')[0]}({Parameters(c)})",
        MethodInfo m when IsVisible(m) && (!m.IsSpecialName || m.Name.StartsWith("op_", StringComparison.Ordinal)) && m.GetBaseDefinition().DeclaringType != typeof(object) =>
            Modifiers(m) + Method(m),
        PropertyInfo p when p.GetAccessors(nonPublic: true).FirstOrDefault(IsVisible) is { } accessor =>
            $"{Modifiers(accessor)}{(p.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "")}{TypeName(p.PropertyType, new NullabilityInfoContext().Create(p))} {PropertyName(p)} {{ {Accessor(p.GetMethod, "get")}{Setter(p)}}}",
        EventInfo e when e.AddMethod is { } add && IsVisible(add) => $"{Modifiers(add)}event {TypeName(e.EventHandlerType!)} {e.Name}",
        FieldInfo f when f.IsPublic || f.IsFamily || f.IsFamilyOrAssembly =>
            f.IsLiteral
                ? $"const {TypeName(f.FieldType)} {f.Name} = {Literal(f.GetRawConstantValue())}"
                : $"{(f.IsStatic ? "static " : "")}{(f.IsInitOnly ? "readonly " : "")}{TypeName(f.FieldType, new NullabilityInfoContext().Create(f))} {f.Name}",
        _ => null,
    };

    private static string Method(MethodInfo method)
    {
        string generic = method.IsGenericMethodDefinition ? $"<{string.Join(", ", method.GetGenericArguments().Select(TypeName))}>" : "";
        string returned = TypeName(method.ReturnType, new NullabilityInfoContext().Create(method.ReturnParameter));
        return $"{returned} {method.Name}{generic}({Parameters(method)}){Constraints(method.GetGenericArguments())}";
    }

    private static string PropertyName(PropertyInfo property) =>
        property.GetIndexParameters() is { Length: > 0 } index ? $"this[{string.Join(", ", index.Select(Parameter))}]" : property.Name;

    private static string Accessor(MethodInfo? accessor, string name) => accessor is not null && IsVisible(accessor) ? Access(accessor) + name + "; " : "";

    private static string Setter(PropertyInfo property) =>
        Accessor(property.SetMethod, property.SetMethod?.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) == true ? "init" : "set");

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        string kind =
            parameter.IsOut ? "out " :
            parameter.ParameterType.IsByRef ? (parameter.IsIn ? "in " : "ref ") :
            parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "";
        string value = parameter.HasDefaultValue ? " = " + (parameter.ParameterType.IsValueType && parameter.DefaultValue is null ? "default" : Literal(parameter.DefaultValue)) : "";
        return $"{kind}{TypeName(parameter.ParameterType, new NullabilityInfoContext().Create(parameter))} {parameter.Name}{value}";
    }

    private static string Literal(object? value) => value switch
    {
        null => "null",
        string s => $"\"{s}\"",
        bool b => b ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Constraints(IEnumerable<Type> parameters) => string.Concat(parameters.Select(parameter =>
    {
        GenericParameterAttributes flags = parameter.IsGenericParameter ? parameter.GenericParameterAttributes : GenericParameterAttributes.None;
        bool isUnmanaged = parameter.GetCustomAttributesData().Any(a => a.AttributeType.Name == "IsUnmanagedAttribute");
        bool isStruct = flags.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint);
        List<string> constraints = [];
        if (flags.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
            constraints.Add("class");
        if (isStruct)
            constraints.Add(isUnmanaged ? "unmanaged" : "struct");
        if (parameter.IsGenericParameter)
            constraints.AddRange(parameter.GetGenericParameterConstraints().Where(t => t != typeof(ValueType)).Select(TypeName).Order(StringComparer.Ordinal));
        if (flags.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint) && !isStruct)
            constraints.Add("new()");
        return constraints.Count == 0 ? "" : $" where {parameter.Name} : {string.Join(", ", constraints)}";
    }));

    private static string Modifiers(MethodInfo method)
    {
        if (method.DeclaringType!.IsInterface)
            return method.IsStatic ? (method.IsAbstract ? "static abstract " : "static ") : method.IsAbstract ? "" : "virtual ";
        return Access(method) + (
            method.IsStatic ? "static " :
            method.GetBaseDefinition() != method ? "override " :
            method.IsAbstract ? "abstract " :
            method.IsVirtual && !method.IsFinal ? "virtual " : "");
    }

    private static string Access(MethodBase method) => method.IsPublic ? "" : "protected ";

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string TypeName(Type type) => TypeName(type, null);

    private static string TypeName(Type type, NullabilityInfo? nullability)
    {
        if (type.IsByRef)
            return TypeName(type.GetElementType()!, nullability?.ElementType ?? nullability);
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return TypeName(underlying) + "?";
        string mark = !type.IsValueType && nullability?.ReadState == NullabilityState.Nullable && !type.IsGenericParameter ? "?" : "";
        if (type.IsArray)
            return $"{TypeName(type.GetElementType()!, nullability?.ElementType)}[{new string(',', type.GetArrayRank() - 1)}]{mark}";
        if (type.IsPointer)
            return TypeName(type.GetElementType()!) + "*";
        string name = _keywords.GetValueOrDefault(type) ?? type.Name.Split('`')[0];
        if (type.IsNested && !type.IsGenericParameter)
            name = type.DeclaringType!.Name.Split('`')[0] + "." + name;
        Type[] arguments = type.GetGenericArguments();
        if (arguments.Length > 0)
            name += $"<{string.Join(", ", arguments.Select((a, i) => TypeName(a, nullability?.GenericTypeArguments.ElementAtOrDefault(i))))}>";
        return name + mark;
    }
}
