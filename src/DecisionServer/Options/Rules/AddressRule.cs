using System.Net;

namespace DecisionServer.Options.Rules;

/// <summary>Listening addresses are scheme, IP address (or localhost) and port, and two different ones.</summary>
internal sealed class AddressRule : IOptionRule
{
    public ServerOptions Apply(ServerOptions options, ICollection<string> errors)
    {
        Check("Listen:Grpc", options.Listen.Grpc, errors);
        Check("Listen:Http", options.Listen.Http, errors);
        if (options.Listen.Grpc.Port == options.Listen.Http.Port && options.Listen.Grpc.Port != 0)
            errors.Add($"Listen:Http: has the same port {options.Listen.Http.Port} as Listen:Grpc; give each a port of its own");
        return options;
    }

    /// <summary>The IP address that is meant; a name other than localhost is none.</summary>
    public static IPAddress? Resolve(Uri address) =>
        address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback
        : IPAddress.TryParse(address.Host.Trim('[', ']'), out IPAddress? ip) ? ip
        : null;

    private static void Check(string name, Uri address, ICollection<string> errors)
    {
        if (Resolve(address) is null)
            errors.Add($"{name}: \"{address.Host}\" is neither an IP address nor localhost; 0.0.0.0 means every IPv4 address of this machine");
        if (address.PathAndQuery != "/" || address.UserInfo.Length > 0)
            errors.Add($"{name}: \"{address.OriginalString}\" holds more than scheme, address and port");
    }
}
