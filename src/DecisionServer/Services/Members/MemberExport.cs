using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using DecisionServer.Journal;
using DecisionServer.Store;

namespace DecisionServer.Services.Members;

/// <summary>Everything held about a member, as JSON that people can read.</summary>
internal static class MemberExport
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A profile by itself.</summary>
    public static string Profile(MemberRecord record) => Text(json => WriteProfile(json, record), new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>The whole of it.</summary>
    /// <param name="record">State; one of version 0 where nothing is known.</param>
    /// <param name="actions">The action log, oldest first.</param>
    /// <param name="state">What serves; null where nothing has been published.</param>
    public static string Write(MemberRecord record, IEnumerable<ActionRecord> actions, ServingState? state) => Text(
        json =>
        {
            json.WriteStartObject();
            json.WriteString("member_id", record.MemberId);
            json.WriteNumber("version", record.Version);
            json.WritePropertyName("profile");
            WriteProfile(json, record);
            WriteOffers(json, "activated", "activated_at", record.Activated);
            WriteOffers(json, "redeemed", "redeemed_at", record.Redeemed);
            WriteCounters(json, record.Counters);
            WriteActions(json, actions);
            if (state is not null) WriteSet(json, MemberKey.From(record.MemberId), state);
            json.WriteEndObject();
        },
        Options);

    private static string Text(Action<Utf8JsonWriter> write, JsonWriterOptions options)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, options)) write(json);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteProfile(Utf8JsonWriter json, MemberRecord record)
    {
        json.WriteStartObject();
        WriteNames(json, "consents", record.Consents);
        WriteNames(json, "segments", record.Segments);
        WriteNames(json, "chain_ids", record.ChainIds);
        json.WriteStartObject("attributes");
        foreach (var (key, value) in record.Attributes) json.WriteString(key, value);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteNames(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }

    private static void WriteOffers(Utf8JsonWriter json, string name, string instant, IReadOnlyList<OfferInstant> offers)
    {
        json.WriteStartArray(name);
        foreach (var offer in offers)
        {
            json.WriteStartObject();
            json.WriteString("offer_id", offer.OfferId);
            json.WriteString(instant, offer.At.UtcDateTime);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteCounters(Utf8JsonWriter json, IReadOnlyList<MemberCounter> counters)
    {
        json.WriteStartArray("counters");
        foreach (var counter in counters)
        {
            json.WriteStartObject();
            json.WriteString("counter", counter.Key);
            if (counter.PeriodStart is { } start) json.WriteString("period_start", DateOnly.FromDateTime(start.UtcDateTime).ToString("O"));
            if (counter.Newest.Count == 0)
            {
                json.WriteNumber("count", counter.Count);
            }
            else
            {
                json.WriteStartArray("newest");
                foreach (var instant in counter.Newest) json.WriteStringValue(instant.UtcDateTime);
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteActions(Utf8JsonWriter json, IEnumerable<ActionRecord> actions)
    {
        json.WriteStartArray("actions");
        foreach (var action in actions)
        {
            json.WriteStartObject();
            json.WriteNumber("sequence", action.Sequence);
            json.WriteString("kind", action.Kind.ToString().ToLowerInvariant());
            json.WriteString("at", action.At.UtcDateTime);
            WriteText(json, "offer_id", action.OfferId);
            WriteText(json, "placement", action.Placement);
            WriteText(json, "channel", action.Channel);
            WriteText(json, "chain_id", action.ChainId);
            WriteText(json, "store_id", action.StoreId);
            WriteText(json, "detail", action.Detail);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    // What was computed about the member, too; names of affinities are held as hashes only.
    private static void WriteSet(Utf8JsonWriter json, in MemberKey member, ServingState state)
    {
        var (offers, affinities) = (new OfferSetBuffer(), new AffinityBuffer());
        state.Generation.TryReadOfferSet(member, offers);
        state.Generation.TryReadAffinities(member, affinities);
        json.WriteString("generation_id", state.Generation.Id);
        json.WriteStartArray("offer_set");
        for (var i = 0; i < offers.Count; i++)
        {
            if (offers.OfferIndexes[i] >= state.Catalogue.Count) continue;
            json.WriteStartObject();
            json.WriteString("offer_id", state.Catalogue[offers.OfferIndexes[i]].OfferId);
            json.WriteNumber("score", offers.Scores[i]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("affinities");
        for (var i = 0; i < affinities.Count; i++)
        {
            json.WriteStartObject();
            json.WriteString("key_hash", affinities.Keys[i].ToString("x12", null));
            json.WriteNumber("score", affinities.Scores[i]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string value)
    {
        if (value.Length > 0) json.WriteString(name, value);
    }
}
