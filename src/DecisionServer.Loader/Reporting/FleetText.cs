using System.Globalization;
using System.Text.Json;
using DecisionServer.V1;

namespace DecisionServer.Loader;

/// <summary>The nodes of a fleet for people and machines. A server that is alone is nothing to tell of.</summary>
internal static class FleetText
{
    public static void Write(TextWriter writer, GetFleetResponse fleet)
    {
        if (fleet.Nodes.Count < 2) return;
        writer.WriteLine();
        GenerationText.WriteTable(
            writer, ["node", "state", "current", "sealed", "applied", "behind", "shards", "seen", "address"], [.. fleet.Nodes.Select(node => Row(node, fleet.Self))]);
        if (fleet.ShardCount > 0) writer.WriteLine($"members are divided into {fleet.ShardCount} shards{(fleet.UnservedShards.Count == 0 ? "" : $"; nobody serves {string.Join(", ", fleet.UnservedShards)}")}");
    }

    public static void Write(Utf8JsonWriter json, GetFleetResponse fleet)
    {
        json.WriteStartArray("nodes");
        foreach (var node in fleet.Nodes)
        {
            json.WriteStartObject();
            json.WriteString("name", node.Name);
            json.WriteString("state", State(node.State));
            json.WriteString("address", node.Address);
            json.WriteString("current_generation_id", node.CurrentGenerationId);
            json.WriteStartArray("sealed_generation_ids");
            foreach (var id in node.SealedGenerationIds) json.WriteStringValue(id);
            json.WriteEndArray();
            json.WriteNumber("applied_sequence", node.AppliedSequence);
            json.WriteNumber("behind_seconds", node.Lag?.ToTimeSpan().TotalSeconds ?? 0);
            json.WriteStartArray("shards");
            foreach (var shard in node.Shards) json.WriteNumberValue(shard);
            json.WriteEndArray();
            if (node.SeenAt is { } seen) json.WriteString("seen_at", seen.ToDateTimeOffset());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("known_sequence", fleet.KnownSequence);
        json.WriteNumber("shard_count", fleet.ShardCount);
        json.WriteStartArray("unserved_shards");
        foreach (var shard in fleet.UnservedShards) json.WriteNumberValue(shard);
        json.WriteEndArray();
    }

    private static string[] Row(FleetNode node, string self) =>
    [
        node.Name == self ? node.Name + " *" : node.Name, State(node.State), node.CurrentGenerationId, string.Join(" ", node.SealedGenerationIds),
        node.AppliedSequence.ToString(CultureInfo.InvariantCulture), node.Lag is { } lag ? $"{lag.ToTimeSpan().TotalSeconds:0.0} s" : "",
        string.Join(" ", node.Shards), node.SeenAt?.ToDateTime().ToString("HH:mm:ss.f'Z'", CultureInfo.InvariantCulture) ?? "", node.Address,
    ];

    private static string State(NodeState state) => state.ToString().ToUpperInvariant();
}
