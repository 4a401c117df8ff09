using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace Grpc.Contract.Tests.References;

/// <summary>
/// Writes types and signatures as text that is equal exactly where the runtime finds them equal: the type parameters of a type are <c>!0</c>, those
/// of a method <c>!!0</c>, and value types are marked, because a signature that takes a class for a struct does not bind.
/// </summary>
internal sealed class SignatureText : ISignatureTypeProvider<string, object?>
{
    public const string ValueTypeMark = "struct ";

    public static readonly SignatureText Instance = new();

    private const byte ValueTypeKind = 0x11;

    /// <summary>The signature of a method, with its name.</summary>
    public static string OfMethod(string name, MethodSignature<string> signature)
    {
        var arity = signature.GenericParameterCount > 0 ? $"<{signature.GenericParameterCount}>" : "";
        return $"{(signature.Header.IsInstance ? "instance" : "static")} {signature.ReturnType} {name}{arity}({string.Join(", ", signature.ParameterTypes)})";
    }

    /// <summary>The signature of a field, with its name.</summary>
    public static string OfField(string name, string type) => $"field {type} {name}";

    /// <summary>The full name of a type definition, nested ones after a slash.</summary>
    public static string NameOf(MetadataReader reader, TypeDefinition type)
    {
        var name = reader.GetString(type.Name);
        return type.GetDeclaringType().IsNil
            ? Qualify(reader.GetString(type.Namespace), name)
            : $"{NameOf(reader, reader.GetTypeDefinition(type.GetDeclaringType()))}/{name}";
    }

    /// <summary>The full name of a type reference, nested ones after a slash.</summary>
    public static string NameOf(MetadataReader reader, TypeReference type)
    {
        var name = reader.GetString(type.Name);
        return type.ResolutionScope.Kind == HandleKind.TypeReference
            ? $"{NameOf(reader, reader.GetTypeReference((TypeReferenceHandle)type.ResolutionScope))}/{name}"
            : Qualify(reader.GetString(type.Namespace), name);
    }

    public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) =>
        Mark(rawTypeKind) + NameOf(reader, reader.GetTypeDefinition(handle));

    public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) =>
        Mark(rawTypeKind) + NameOf(reader, reader.GetTypeReference(handle));

    public string GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
        reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

    public string GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments) => $"{genericType}<{string.Join(",", typeArguments)}>";

    public string GetGenericTypeParameter(object? genericContext, int index) => $"!{index}";

    public string GetGenericMethodParameter(object? genericContext, int index) => $"!!{index}";

    public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) => $"{unmodifiedType} mod{(isRequired ? "req" : "opt")}({modifier})";

    public string GetPrimitiveType(PrimitiveTypeCode typeCode) => typeCode.ToString();

    public string GetSZArrayType(string elementType) => $"{elementType}[]";

    public string GetArrayType(string elementType, ArrayShape shape) => $"{elementType}[{new string(',', shape.Rank - 1)}]";

    public string GetByReferenceType(string elementType) => $"{elementType}&";

    public string GetPointerType(string elementType) => $"{elementType}*";

    public string GetPinnedType(string elementType) => elementType;

    public string GetFunctionPointerType(MethodSignature<string> signature) => OfMethod("*", signature);

    private static string Mark(byte rawTypeKind) => rawTypeKind == ValueTypeKind ? ValueTypeMark : "";

    private static string Qualify(string @namespace, string name) => @namespace.Length == 0 ? name : $"{@namespace}.{name}";
}
