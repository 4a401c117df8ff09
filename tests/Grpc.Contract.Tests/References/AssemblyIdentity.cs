namespace Grpc.Contract.Tests.References;

/// <summary>What the runtime compares when it looks for an assembly.</summary>
internal sealed record AssemblyIdentity(string Name, Version Version, string PublicKeyToken);
