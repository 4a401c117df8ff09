using System.CommandLine;
using Duration = Google.Protobuf.WellKnownTypes.Duration;

namespace DecisionServer.Loader;

/// <summary>What a publish demands of the other nodes of a fleet: <c>--quorum</c> and <c>--wait</c>.</summary>
internal sealed class FleetArguments
{
    private readonly Option<int> _quorum = LoadArguments.Number("--quorum", "In a fleet: live nodes that must have the generation complete; 0: all of them.", 0, 0, 1_000);
    private readonly Option<int> _wait = LoadArguments.Number("--wait", "In a fleet: how long to wait for nodes that do not have it yet, in seconds.", 60, 0, 3_600);

    public IReadOnlyList<Option> Options => [_quorum, _wait];

    public int Quorum(ParseResult parsed) => parsed.GetValue(_quorum);

    public Duration Wait(ParseResult parsed) => Duration.FromTimeSpan(TimeSpan.FromSeconds(parsed.GetValue(_wait)));
}
