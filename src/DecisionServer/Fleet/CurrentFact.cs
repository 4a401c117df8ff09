using System.Text.Json.Serialization;
using DecisionServer.Fleet.Sharding;

namespace DecisionServer.Fleet;

/// <summary>Which generation answers in the whole fleet, and from when on. Truth holds one of these; each publish replaces it.</summary>
/// <param name="Generation">The generation.</param>
/// <param name="Previous">The one before, to roll back to; empty: none.</param>
/// <param name="At">By truth's clock: from this instant on no node answers from another one.</param>
/// <param name="Number">Grows by one with each publish.</param>
internal sealed record CurrentFact(string Generation, string Previous, DateTimeOffset At, long Number);

/// <summary>A generation that a node has sealed, for the others to fetch.</summary>
/// <param name="ContentHash">Hash over its segments; empty in a sharded fleet, where each node has others.</param>
/// <param name="Node">The node that sealed it.</param>
/// <param name="Passed">Whether its gates passed.</param>
internal sealed record SealedFact(string ContentHash, string Node, bool Passed);

/// <summary>What a node tells of itself with each heartbeat, beside what the registry knows by itself.</summary>
internal sealed record NodeContent
{
    /// <summary>Where it takes gRPC calls.</summary>
    public string Address { get; init; } = "";

    /// <summary>Where it is in its life.</summary>
    public string State { get; init; } = "";

    /// <summary>The generation that answers; empty: none.</summary>
    public string Current { get; init; } = "";

    /// <summary>Complete generations beside it: in a sharded fleet those of which it has all the shards that it is to have.</summary>
    public IReadOnlyList<string> Sealed { get; init; } = [];

    /// <summary>In a sharded fleet: the shards that it has of each generation, current and sealed ones.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<int>> Holds { get; init; } = new Dictionary<string, IReadOnlyList<int>>();

    /// <summary>Those whose gates failed here.</summary>
    public IReadOnlyList<string> Refused { get; init; } = [];
}

/// <summary>How the documents of a fleet are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CurrentFact))]
[JsonSerializable(typeof(SealedFact))]
[JsonSerializable(typeof(NodeContent))]
[JsonSerializable(typeof(ShardMap))]
internal sealed partial class FleetJson : JsonSerializerContext;
