using System.Net;

namespace DecisionServer.Options.Rules;

/// <summary>
/// Beyond loopback, TLS and authentication are needed. There is no authentication in this version, so such an address is refused
/// with or without TLS, unless the operator says that something else protects it.
/// </summary>
internal sealed class InsecureListenRule : IOptionRule
{
    public ServerOptions Apply(ServerOptions options, ICollection<string> errors)
    {
        if (!options.Listen.AllowInsecure)
        {
            Check("Listen:Grpc", options.Listen.Grpc, errors);
            Check("Listen:Http", options.Listen.Http, errors);
        }

        return options;
    }

    private static void Check(string name, Uri address, ICollection<string> errors)
    {
        if (AddressRule.Resolve(address) is not { } ip || IPAddress.IsLoopback(ip))
            return;
        string missing = address.Scheme == "https" ? "authentication (none exists in this version)" : "TLS and authentication";
        errors.Add(
            $"{name}: {address.OriginalString} is open to other machines without {missing}; "
            + "listen on 127.0.0.1, or set Listen:AllowInsecure=true where a network or proxy protects it");
    }
}
