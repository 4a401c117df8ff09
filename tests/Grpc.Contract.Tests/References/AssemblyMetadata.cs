using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Grpc.Contract.Tests.References;

/// <summary>What an assembly defines, and what it mentions of other assemblies, as its metadata tells.</summary>
internal sealed class AssemblyMetadata
{
    private readonly MetadataReader _reader;

    private AssemblyMetadata(MetadataReader reader)
    {
        _reader = reader;
        var definition = reader.GetAssemblyDefinition();
        Identity = new AssemblyIdentity(reader.GetString(definition.Name), definition.Version, Convert.ToHexString(definition.GetAssemblyName().GetPublicKeyToken() ?? []));
        Friends = [.. ReadFriends(definition)];
        References = [.. reader.AssemblyReferences.Select(reader.GetAssemblyReference).Select(Identify)];
        Types = reader.TypeDefinitions.Select(reader.GetTypeDefinition).Select(ReadType).ToDictionary(type => type.Name);
        TypeUses = [.. reader.TypeReferences.Select(handle => Use(handle))];
        MemberUses = [.. reader.MemberReferences.Select(ReadMemberUse).OfType<MemberUse>()];
    }

    public AssemblyIdentity Identity { get; }

    /// <summary>The assemblies that see the internals of this one, with their keys.</summary>
    public IReadOnlyList<string> Friends { get; }

    public IReadOnlyList<AssemblyIdentity> References { get; }

    public IReadOnlyDictionary<string, ContractType> Types { get; }

    public IReadOnlyList<TypeUse> TypeUses { get; }

    public IReadOnlyList<MemberUse> MemberUses { get; }

    public static AssemblyMetadata Open(string path)
    {
        using var image = new PEReader(ImmutableArray.Create(File.ReadAllBytes(path)));
        return new AssemblyMetadata(image.GetMetadataReader());
    }

    public static AssemblyMetadata Read(ImmutableArray<byte> metadata)
    {
        using var provider = MetadataReaderProvider.FromMetadataImage(metadata);
        return new AssemblyMetadata(provider.GetMetadataReader());
    }

    private AssemblyIdentity Identify(AssemblyReference reference) =>
        new(_reader.GetString(reference.Name), reference.Version, Convert.ToHexString(reference.GetAssemblyName().GetPublicKeyToken() ?? []));

    private IEnumerable<string> ReadFriends(AssemblyDefinition definition)
    {
        foreach (var attribute in definition.GetCustomAttributes().Select(_reader.GetCustomAttribute))
        {
            if (attribute.Constructor.Kind != HandleKind.MemberReference)
                continue;

            var owner = _reader.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent;
            if (Use(owner).Name != "System.Runtime.CompilerServices.InternalsVisibleToAttribute")
                continue;

            var value = _reader.GetBlobReader(attribute.Value);
            value.ReadUInt16();
            yield return value.ReadSerializedString() ?? "";
        }
    }

    private ContractType ReadType(TypeDefinition type) => new(
        SignatureText.NameOf(_reader, type),
        type.Attributes,
        type.BaseType.IsNil ? null : Use(type.BaseType),
        [.. type.GetInterfaceImplementations().Select(handle => Use(_reader.GetInterfaceImplementation(handle).Interface))],
        [.. type.GetMethods().Select(_reader.GetMethodDefinition).Select(ReadMethod), .. type.GetFields().Select(_reader.GetFieldDefinition).Select(ReadField)],
        [.. type.GetMethodImplementations().Select(_reader.GetMethodImplementation).Select(ReadImplemented).OfType<MemberUse>()]);

    private ContractMember ReadMethod(MethodDefinition method)
    {
        var constraints = method.GetGenericParameters().Select(handle => _reader.GetGenericParameter(handle).Attributes);
        return new ContractMember(
            SignatureText.OfMethod(_reader.GetString(method.Name), method.DecodeSignature(SignatureText.Instance, null)),
            method.Attributes,
            string.Join(", ", constraints));
    }

    private ContractMember ReadField(FieldDefinition field) => new(
        SignatureText.OfField(_reader.GetString(field.Name), field.DecodeSignature(SignatureText.Instance, null)),
        (MethodAttributes)(field.Attributes & FieldAttributes.FieldAccessMask),
        "");

    private MemberUse? ReadImplemented(MethodImplementation implementation) => implementation.MethodDeclaration.Kind == HandleKind.MemberReference
        ? ReadMemberUse((MemberReferenceHandle)implementation.MethodDeclaration)
        : null;

    private MemberUse? ReadMemberUse(MemberReferenceHandle handle)
    {
        var member = _reader.GetMemberReference(handle);
        if (member.Parent.Kind is not (HandleKind.TypeReference or HandleKind.TypeSpecification or HandleKind.TypeDefinition))
            return null;

        var name = _reader.GetString(member.Name);
        return new MemberUse(Use(member.Parent), member.GetKind() == MemberReferenceKind.Field
            ? SignatureText.OfField(name, member.DecodeFieldSignature(SignatureText.Instance, null))
            : SignatureText.OfMethod(name, member.DecodeMethodSignature(SignatureText.Instance, null)));
    }

    private TypeUse Use(EntityHandle handle) => handle.Kind switch
    {
        HandleKind.TypeReference => TypeUse.Parse(ScopeOf((TypeReferenceHandle)handle), SignatureText.Instance.GetTypeFromReference(_reader, (TypeReferenceHandle)handle, 0)),
        HandleKind.TypeDefinition => TypeUse.Parse("", SignatureText.Instance.GetTypeFromDefinition(_reader, (TypeDefinitionHandle)handle, 0)),
        _ => TypeUse.Parse(
            ScopeOf((TypeSpecificationHandle)handle),
            SignatureText.Instance.GetTypeFromSpecification(_reader, null, (TypeSpecificationHandle)handle, 0)),
    };

    private string ScopeOf(TypeReferenceHandle handle)
    {
        var scope = _reader.GetTypeReference(handle).ResolutionScope;
        return scope.Kind switch
        {
            HandleKind.TypeReference => ScopeOf((TypeReferenceHandle)scope),
            HandleKind.AssemblyReference => _reader.GetString(_reader.GetAssemblyReference((AssemblyReferenceHandle)scope).Name),
            _ => "",
        };
    }

    private string ScopeOf(TypeSpecificationHandle handle)
    {
        var signature = _reader.GetBlobReader(_reader.GetTypeSpecification(handle).Signature);
        if (signature.ReadSignatureTypeCode() != SignatureTypeCode.GenericTypeInstance)
            return "";

        signature.ReadByte();
        var generic = signature.ReadTypeHandle();
        return generic.Kind == HandleKind.TypeReference ? ScopeOf((TypeReferenceHandle)generic) : "";
    }
}
