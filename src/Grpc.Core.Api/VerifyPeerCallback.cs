namespace Grpc.Core;

/// <summary>Accepts or refuses the peer of a TLS connection.</summary>
public delegate bool VerifyPeerCallback(VerifyPeerContext context);
