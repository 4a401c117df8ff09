namespace Grpc.Core;

/// <summary>Receives the kind of a <see cref="ChannelCredentials"/>. For implementations of gRPC only.</summary>
public abstract class ChannelCredentialsConfiguratorBase
{
    /// <summary>Receives credentials without security.</summary>
    public abstract void SetInsecureCredentials(object state);

    /// <summary>Receives TLS credentials.</summary>
    public abstract void SetSslCredentials(object state, string? rootCertificates, KeyCertificatePair? keyCertificatePair, VerifyPeerCallback? verifyPeerCallback);

    /// <summary>Receives channel credentials with call credentials added.</summary>
    public abstract void SetCompositeCredentials(object state, ChannelCredentials channelCredentials, CallCredentials callCredentials);
}
