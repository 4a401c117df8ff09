namespace Grpc.Contract.Tests.References;

/// <summary>A member that is mentioned: the type where it is sought, and its text.</summary>
internal sealed record MemberUse(TypeUse Owner, string Signature);
