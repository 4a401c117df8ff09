using DecisionServer.Fleet.Sharding;
using DecisionServer.Hosting;
using DecisionServer.Journal;
using DecisionServer.V1;
using Google.Protobuf.WellKnownTypes;

namespace DecisionServer.Fleet;

/// <summary>The nodes as this one sees them; a server that is alone shows itself.</summary>
internal sealed class FleetStatus(
    NodeIdentity identity, TimeProvider clock, NodeDirectory? nodes = null, ISharedJournal? journal = null, FleetHealth? health = null, ShardOwnership? ownership = null, ShardAbsence? absence = null)
{
    /// <summary>The answer to GetFleet.</summary>
    public GetFleetResponse Describe()
    {
        var self = ToProto(NodeDirectory.Describe(identity.Record(journal?.Applied ?? 0)), clock.GetUtcNow());
        var response = new GetFleetResponse { Self = identity.Name, KnownSequence = Math.Max(journal?.Known ?? 0, journal?.Applied ?? 0) };
        response.Nodes.Add(self);
        if (health is { Silence.Length: > 0 }) self.Lag = Duration.FromTimeSpan(health.Age);
        foreach (var member in nodes?.Members ?? [])
        {
            if (member.Node.Name != identity.Name) response.Nodes.Add(ToProto(member, clock.GetUtcNow()));
        }

        if (ownership?.Map is { } map)
        {
            response.ShardCount = map.Count;
            response.UnservedShards.AddRange(absence?.Shards ?? []);
            foreach (var node in response.Nodes) node.Shards.AddRange(map.OwnedBy(node.Name, ownership.Now).Held);
        }

        var sorted = response.Nodes.OrderBy(node => node.Name, StringComparer.Ordinal).ToList();
        response.Nodes.Clear();
        response.Nodes.AddRange(sorted);
        return response;
    }

    private static FleetNode ToProto(FleetMember member, DateTimeOffset now)
    {
        var node = new FleetNode
        {
            Name = member.Node.Name,
            Incarnation = member.Node.Incarnation.ToString("N"),
            Address = member.Content.Address,
            State = !member.IsLive ? NodeState.Lost : member.Content.State switch
            {
                nameof(ServerPhase.Serving) => NodeState.Ready,
                nameof(ServerPhase.Draining) => NodeState.Draining,
                _ => NodeState.Starting,
            },
            CurrentGenerationId = member.Content.Current,
            AppliedSequence = member.Node.Applied,
            SeenAt = Timestamp.FromDateTimeOffset(now - member.Age),
        };
        node.SealedGenerationIds.AddRange(member.Content.Sealed);
        return node;
    }
}
