namespace DecisionServer.Journal;

/// <summary>What a node says about itself.</summary>
public sealed record NodeRecord
{
    /// <summary>Its name, 1 to 64 bytes.</summary>
    public required string Name { get; init; }

    /// <summary>A new one with each start of the process.</summary>
    public required Guid Incarnation { get; init; }

    /// <summary>How far its serving follows truth.</summary>
    public long Applied { get; init; }

    /// <summary>Anything else (addresses, generations, shards). What is in it is the caller's affair.</summary>
    public string Content { get; init; } = "";
}

/// <summary>A node as the registry knows it.</summary>
/// <param name="Node">What it last said.</param>
/// <param name="Age">How long ago, by truth's clock.</param>
public sealed record NodeSighting(NodeRecord Node, TimeSpan Age);

/// <summary>The registry at one moment.</summary>
public sealed record FleetView
{
    /// <summary>All nodes that are known, by name; the one that asks is among them, with age 0.</summary>
    public required IReadOnlyList<NodeSighting> Nodes { get; init; }

    /// <summary>
    /// Who beat under the own name before, if that was another incarnation: with a small <see cref="NodeSighting.Age"/> again and again, two processes
    /// run under one name.
    /// </summary>
    public NodeSighting? Replaced { get; init; }

    /// <summary>Truth's clock, in UTC.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Truth's epoch (<see cref="ISharedJournal.Epoch"/>).</summary>
    public required string Epoch { get; init; }

    /// <summary>Number of the last commit of any node.</summary>
    public required long Sequence { get; init; }
}
