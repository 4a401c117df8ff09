namespace Grpc.Core;

/// <summary>TLS with the roots of the machine. Other certificates are set on the HTTP handler of the channel.</summary>
public sealed class SslCredentials : ChannelCredentials
{
    /// <inheritdoc/>
    public override void InternalPopulateConfiguration(ChannelCredentialsConfiguratorBase configurator, object state) =>
        configurator.SetSslCredentials(state, null, null, null);
}
