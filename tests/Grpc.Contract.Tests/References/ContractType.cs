using System.Reflection;

namespace Grpc.Contract.Tests.References;

/// <summary>A type that an assembly defines, with its own members.</summary>
internal sealed record ContractType(
    string Name,
    TypeAttributes Attributes,
    TypeUse? Base,
    IReadOnlyList<TypeUse> Interfaces,
    IReadOnlyList<ContractMember> Members,
    IReadOnlyList<MemberUse> Implements)
{
    public bool IsAbstract => Attributes.HasFlag(TypeAttributes.Abstract);

    public bool IsInterface => Attributes.HasFlag(TypeAttributes.Interface);
}
