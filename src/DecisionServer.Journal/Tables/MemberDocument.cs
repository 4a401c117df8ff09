using System.Buffers;
using System.Text.Json;

namespace DecisionServer.Journal;

/// <summary>
/// Writes a member's document as <see cref="JournalJson"/> reads it. Written by hand because what is empty is left out, which more than halves the row of most members.
/// </summary>
internal sealed class MemberDocument
{
    private readonly ArrayBufferWriter<byte> _buffer = new(1024);

    /// <summary>The document, until the next one.</summary>
    public ReadOnlySpan<byte> Write(MemberRecord member)
    {
        _buffer.ResetWrittenCount();
        using var json = new Utf8JsonWriter(_buffer);
        json.WriteStartObject();
        json.WriteString("MemberId"u8, member.MemberId);
        json.WriteNumber("Version"u8, member.Version);
        Offers(json, "Activated"u8, member.Activated);
        Offers(json, "Redeemed"u8, member.Redeemed);
        Names(json, "Consents"u8, member.Consents);
        Names(json, "Segments"u8, member.Segments);
        Names(json, "ChainIds"u8, member.ChainIds);
        Attributes(json, member.Attributes);
        Counters(json, member.Counters);
        json.WriteEndObject();
        json.Flush();
        return _buffer.WrittenSpan;
    }

    private static void Offers(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<OfferInstant> offers)
    {
        if (offers.Count == 0) return;
        json.WriteStartArray(name);
        foreach (var offer in offers)
        {
            json.WriteStartObject();
            json.WriteString("OfferId"u8, offer.OfferId);
            json.WriteString("At"u8, offer.At);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Names(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<string> values)
    {
        if (values.Count == 0) return;
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }

    private static void Attributes(Utf8JsonWriter json, IReadOnlyDictionary<string, string> attributes)
    {
        if (attributes.Count == 0) return;
        json.WriteStartObject("Attributes"u8);
        foreach (var (key, value) in attributes) json.WriteString(key, value);
        json.WriteEndObject();
    }

    private static void Counters(Utf8JsonWriter json, IReadOnlyList<MemberCounter> counters)
    {
        if (counters.Count == 0) return;
        json.WriteStartArray("Counters"u8);
        foreach (var counter in counters)
        {
            json.WriteStartObject();
            json.WriteString("Key"u8, counter.Key);
            if (counter.PeriodStart is { } start) json.WriteString("PeriodStart"u8, start);
            json.WriteNumber("Count"u8, counter.Count);

            // There always: the reader knows no other value for a counter's list.
            json.WriteStartArray("Newest"u8);
            foreach (var instant in counter.Newest) json.WriteStringValue(instant);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
