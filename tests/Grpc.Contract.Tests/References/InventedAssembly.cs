using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using Grpc.Core;

namespace Grpc.Contract.Tests.References;

/// <summary>An assembly that exists as metadata only and mentions of Grpc.Core.Api whatever a test invents.</summary>
internal sealed class InventedAssembly
{
    private readonly MetadataBuilder _metadata = new();
    private readonly AssemblyReferenceHandle _contract;

    public InventedAssembly(Version? contractVersion = null)
    {
        _metadata.AddModule(0, _metadata.GetOrAddString("Invented.dll"), _metadata.GetOrAddGuid(Guid.Empty), default, default);
        _metadata.AddAssembly(_metadata.GetOrAddString("Invented"), new Version(1, 0), default, default, default, AssemblyHashAlgorithm.None);
        var contract = typeof(Status).Assembly.GetName();
        _contract = _metadata.AddAssemblyReference(
            _metadata.GetOrAddString(contract.Name!),
            contractVersion ?? contract.Version!,
            default,
            _metadata.GetOrAddBlob(contract.GetPublicKeyToken()!),
            default,
            default);
        _metadata.AddTypeDefinition(default, default, _metadata.GetOrAddString("<Module>"), default, MetadataTokens.FieldDefinitionHandle(1), MetadataTokens.MethodDefinitionHandle(1));
    }

    public TypeReferenceHandle Type(string name) => _metadata.AddTypeReference(_contract, _metadata.GetOrAddString("Grpc.Core"), _metadata.GetOrAddString(name));

    /// <summary>Mentions an instance method that returns nothing.</summary>
    public InventedAssembly MentionMethod(EntityHandle owner, string name, Action<ParametersEncoder>? parameters = null, int parameterCount = 0)
    {
        _metadata.AddMemberReference(owner, _metadata.GetOrAddString(name), VoidMethod(parameterCount, parameters));
        return this;
    }

    /// <summary>Mentions a field of type string.</summary>
    public InventedAssembly MentionField(EntityHandle owner, string name)
    {
        var signature = new BlobBuilder();
        new BlobEncoder(signature).Field().Type().String();
        _metadata.AddMemberReference(owner, _metadata.GetOrAddString(name), _metadata.GetOrAddBlob(signature));
        return this;
    }

    /// <summary>Defines a class with one virtual method, which returns nothing.</summary>
    public InventedAssembly Define(string name, EntityHandle @base, string overrides, EntityHandle @interface = default)
    {
        const MethodAttributes Override = MethodAttributes.Public | MethodAttributes.Virtual | MethodAttributes.HideBySig;
        var method = _metadata.AddMethodDefinition(Override, default, _metadata.GetOrAddString(overrides), VoidMethod(0, null), -1, MetadataTokens.ParameterHandle(1));
        var type = _metadata.AddTypeDefinition(TypeAttributes.Public, default, _metadata.GetOrAddString(name), @base, MetadataTokens.FieldDefinitionHandle(1), method);
        if (!@interface.IsNil)
            _metadata.AddInterfaceImplementation(type, @interface);

        return this;
    }

    public AssemblyMetadata Build()
    {
        var image = new BlobBuilder();
        new MetadataRootBuilder(_metadata).Serialize(image, 0, 0);
        return AssemblyMetadata.Read(image.ToImmutableArray());
    }

    private BlobHandle VoidMethod(int parameterCount, Action<ParametersEncoder>? parameters)
    {
        var signature = new BlobBuilder();
        new BlobEncoder(signature).MethodSignature(isInstanceMethod: true)
            .Parameters(parameterCount, result => result.Void(), encoder => parameters?.Invoke(encoder));
        return _metadata.GetOrAddBlob(signature);
    }
}
