using System.Text.Json;
using DecisionServer.Journal;
using DecisionServer.Options;

namespace DecisionServer.Fleet;

/// <summary>A node as others see it.</summary>
/// <param name="Node">What the registry holds.</param>
/// <param name="Content">What it tells of itself.</param>
/// <param name="Age">Time since it was last heard of.</param>
/// <param name="IsLive">It was heard of lately.</param>
internal sealed record FleetMember(NodeRecord Node, NodeContent Content, TimeSpan Age, bool IsLive)
{
    /// <summary>Whether it holds a complete generation, or answers from it.</summary>
    public bool Has(string generationId) => Content.Current == generationId || Content.Sealed.Contains(generationId, StringComparer.Ordinal);

    /// <summary>Whether it holds a shard of a generation.</summary>
    public bool Holds(string generationId, int shard) => Content.Holds.TryGetValue(generationId, out var shards) && shards.Contains(shard);
}

/// <summary>The nodes, as this one saw them at its last heartbeat. Read from any thread.</summary>
internal sealed class NodeDirectory(FleetOptions options)
{
    private readonly Lock _gate = new();
    private volatile IReadOnlyList<FleetMember> _members = [];
    private TaskCompletionSource _seen = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>All nodes known, by name.</summary>
    public IReadOnlyList<FleetMember> Members => _members;

    /// <summary>Completes with the next heartbeat.</summary>
    public Task NextSeen
    {
        get
        {
            lock (_gate) return _seen.Task;
        }
    }

    /// <summary>A heartbeat brought this.</summary>
    public void Seen(FleetView view)
    {
        TaskCompletionSource seen;
        lock (_gate)
        {
            _members = [.. view.Nodes.Select(sighting => new FleetMember(sighting.Node, Read(sighting.Node.Content), sighting.Age, sighting.Age < options.Dead))];
            (seen, _seen) = (_seen, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        seen.SetResult();
    }

    /// <summary>A node that is looked at right now.</summary>
    public static FleetMember Describe(NodeRecord node) => new(node, Read(node.Content), TimeSpan.Zero, true);

    // A node of another version may say what this one does not understand.
    private static NodeContent Read(string content)
    {
        try
        {
            return JsonSerializer.Deserialize(content, FleetJson.Default.NodeContent) ?? new NodeContent();
        }
        catch (JsonException)
        {
            return new NodeContent();
        }
    }
}
