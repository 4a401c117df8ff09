using System.Reflection;

namespace Grpc.Contract.Tests.References;

/// <summary>A method or field that a type defines.</summary>
/// <param name="Signature">Its text (<see cref="SignatureText"/>).</param>
/// <param name="Attributes">Access and dispatch; of a field, its access in the same numbers.</param>
/// <param name="Constraints">Of a generic method, the constraint flags of each parameter.</param>
internal sealed record ContractMember(string Signature, MethodAttributes Attributes, string Constraints)
{
    public MethodAttributes Access => Attributes & MethodAttributes.MemberAccessMask;

    public bool IsVirtual => Attributes.HasFlag(MethodAttributes.Virtual);

    public bool IsAbstract => Attributes.HasFlag(MethodAttributes.Abstract);

    public bool IsOverride => IsVirtual && !Attributes.HasFlag(MethodAttributes.NewSlot);
}
