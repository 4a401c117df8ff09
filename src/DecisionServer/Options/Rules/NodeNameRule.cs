using DecisionServer.Store;

namespace DecisionServer.Options.Rules;

/// <summary>The node's name is an id like every other.</summary>
internal sealed class NodeNameRule : IOptionRule
{
    public ServerOptions Apply(ServerOptions options, ICollection<string> errors)
    {
        if (!IdRules.IsValid(options.NodeName, out string fault))
            errors.Add($"Node:Name: {fault}");
        return options;
    }
}
