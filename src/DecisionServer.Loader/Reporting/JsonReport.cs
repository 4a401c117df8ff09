using System.Text.Encodings.Web;
using System.Text.Json;
using DecisionServer.V1;

namespace DecisionServer.Loader;

/// <summary>The one JSON document that a command writes to stdout with --json.</summary>
internal static class JsonReport
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes an object; <paramref name="write"/> adds its members.</summary>
    public static void Write(LoaderHost host, Action<Utf8JsonWriter> write)
    {
        using var json = new Utf8JsonWriter(host.StandardOutput, Options);
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
        json.Flush();
        host.StandardOutput.WriteByte((byte)'\n');
        host.StandardOutput.Flush();
    }

    public static void WriteError(LoaderHost host, string message, int exitCode) => Write(host, json =>
    {
        json.WriteString("error", message);
        json.WriteNumber("exit_code", exitCode);
    });

    public static void WriteGeneration(Utf8JsonWriter json, Generation generation)
    {
        json.WriteStartObject();
        json.WriteString("generation_id", generation.GenerationId);
        json.WriteString("state", GenerationText.State(generation.State));
        json.WriteString("failure", generation.Failure);
        json.WriteNumber("offers", generation.Offers);
        json.WriteNumber("offer_sets", generation.OfferSets);
        json.WriteNumber("affinity_sets", generation.AffinitySets);
        json.WriteNumber("scored_offers", generation.ScoredOffers);
        json.WriteNumber("rejected", generation.Rejected);
        json.WriteNumber("replaced", generation.Replaced);
        json.WriteNumber("segment_bytes", generation.SegmentBytes);
        json.WriteNumber("memory_bytes", generation.MemoryBytes);
        WriteInstant(json, "created_at", generation.CreatedAt);
        WriteInstant(json, "sealed_at", generation.SealedAt);
        WriteInstant(json, "published_at", generation.PublishedAt);
        json.WriteBoolean("rollback_target", generation.RollbackTarget);
        json.WriteString("content_hash", generation.ContentHash);
        json.WriteStartArray("gates");
        foreach (var gate in generation.Gates)
        {
            json.WriteStartObject();
            json.WriteString("name", gate.Name);
            json.WriteBoolean("passed", gate.Passed);
            WriteNumber(json, "measured", gate.Measured);
            WriteNumber(json, "threshold", gate.Threshold);
            json.WriteString("message", gate.Message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteInstant(Utf8JsonWriter json, string name, Google.Protobuf.WellKnownTypes.Timestamp? instant)
    {
        if (instant is null) json.WriteNull(name);
        else json.WriteString(name, instant.ToDateTime());
    }

    // JSON has no infinities.
    private static void WriteNumber(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value)) json.WriteNumber(name, value);
        else json.WriteNull(name);
    }
}
