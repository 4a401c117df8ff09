using System.CommandLine;

namespace DecisionServer.Loader;

/// <summary>Options that all commands on a server share.</summary>
internal sealed class ServerOptions
{
    public Option<string> Server { get; } = new("--server") { Description = $"Address of the server, default {Loader.Server.DefaultAddress}.", DefaultValueFactory = _ => Loader.Server.DefaultAddress };

    public Option<bool> Json { get; } = new("--json") { Description = "Write one machine-readable JSON document to stdout." };

    public Server Connect(ParseResult parsed, LoaderHost host) => new(parsed.GetValue(Server)!, host.Clock);

    public void AddTo(Command command)
    {
        command.Options.Add(Server);
        command.Options.Add(Json);
    }
}
