using System.Text.Json;

namespace DecisionServer.Loader;

/// <summary>Reads <c>{"member_id":…,"offers":[{"offer_id":…,"score":…}],"affinities":[{"kind":…,"key":…,"score":…}]}</c>, members in any order.</summary>
internal sealed class OfferSetJson(OfferSetRules rules)
{
    private const string Shape = """a line is {"member_id":…,"offers":[{"offer_id":…,"score":…}],"affinities":[{"kind":…,"key":…,"score":…}]}""";

    private readonly JsonText _text = new();
    private readonly byte[] _held = new byte[Id.MaxBytes];

    [Flags]
    private enum Fields
    {
        None = 0,
        Member = 1,
        Offers = 2,
        Affinities = 4,
        Id = 8,
        Kind = 16,
        Score = 32,
    }

    /// <exception cref="JsonException">The line is not JSON.</exception>
    public SetFault Read(ReadOnlySpan<byte> line, OfferSetRecord record)
    {
        var reader = new Utf8JsonReader(line);
        var seen = Fields.None;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return Unexpected("the line", "an object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            SetFault fault;
            if (reader.ValueTextEquals("member_id"u8)) fault = ReadMember(ref reader, ref seen, record);
            else if (reader.ValueTextEquals("offers"u8)) fault = ReadArray(ref reader, ref seen, record, false);
            else if (reader.ValueTextEquals("affinities"u8)) fault = ReadArray(ref reader, ref seen, record, true);
            else fault = Unknown(ref reader);
            if (fault.IsFault) return fault;
        }

        // The reader objects to whatever follows the object.
        if (reader.Read()) return Unexpected("the line", "one object");
        return (seen & Fields.Member) == 0 ? new("member_id is missing", Shape) : rules.Complete(record);
    }

    private SetFault ReadMember(ref Utf8JsonReader reader, ref Fields seen, OfferSetRecord record)
    {
        if (IsAgain(ref seen, Fields.Member)) return Twice("member_id");
        if (!reader.Read() || reader.TokenType != JsonTokenType.String) return Unexpected("member_id", "a string");
        return OfferSetRules.SetMember(record, _text.Read(ref reader));
    }

    private SetFault ReadArray(ref Utf8JsonReader reader, ref Fields seen, OfferSetRecord record, bool affinities)
    {
        var name = affinities ? "affinities" : "offers";
        if (IsAgain(ref seen, affinities ? Fields.Affinities : Fields.Offers)) return Twice(name);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray) return Unexpected(name, "an array");
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            var fault = ReadEntry(ref reader, record, affinities);
            if (fault.IsFault) return fault;
        }

        return reader.TokenType == JsonTokenType.EndArray ? default : Unexpected(name, "an array of objects");
    }

    private SetFault ReadEntry(ref Utf8JsonReader reader, OfferSetRecord record, bool affinity)
    {
        var seen = Fields.None;
        var score = 0f;
        byte kind = 0;
        var idLength = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            SetFault fault;
            if (reader.ValueTextEquals("score"u8)) fault = ReadScore(ref reader, ref seen, out score);
            else if (reader.ValueTextEquals(affinity ? "key"u8 : "offer_id"u8)) fault = ReadId(ref reader, ref seen, out idLength);
            else if (affinity && reader.ValueTextEquals("kind"u8)) fault = ReadKind(ref reader, ref seen, out kind);
            else fault = Unknown(ref reader);
            if (fault.IsFault) return fault;
        }

        var wanted = affinity ? Fields.Score | Fields.Id | Fields.Kind : Fields.Score | Fields.Id;
        if (seen != wanted) return new($"{(affinity ? "an affinity" : "an offer")} lacks {Name(wanted & ~seen, affinity)}", Shape);
        var id = _held.AsSpan(0, idLength);
        return affinity ? OfferSetRules.AddAffinity(record, kind, id, score) : rules.AddOffer(record, id, score);
    }

    // The id is held until the entry is complete: its members come in any order.
    private SetFault ReadId(ref Utf8JsonReader reader, ref Fields seen, out int length)
    {
        length = 0;
        if (IsAgain(ref seen, Fields.Id)) return Twice("an id");
        if (!reader.Read() || reader.TokenType != JsonTokenType.String) return Unexpected("an id", "a string");
        var id = _text.Read(ref reader);
        if (id.Length > Id.MaxBytes) return new($"id '{Text.Shorten(id)}' {Id.Fault(id)}", "ids are 1 to 64 bytes of UTF-8");
        length = id.Length;
        id.CopyTo(_held);
        return default;
    }

    private SetFault ReadKind(ref Utf8JsonReader reader, ref Fields seen, out byte kind)
    {
        kind = 0;
        if (IsAgain(ref seen, Fields.Kind)) return Twice("kind");
        if (!reader.Read() || reader.TokenType != JsonTokenType.String) return Unexpected("kind", "a string");
        var text = _text.Read(ref reader);
        return OfferSetRules.TryParseKind(text, out kind) ? default : OfferSetRules.BadKind(text);
    }

    private static SetFault ReadScore(ref Utf8JsonReader reader, ref Fields seen, out float score)
    {
        score = 0;
        if (IsAgain(ref seen, Fields.Score)) return Twice("score");
        if (!reader.Read() || reader.TokenType != JsonTokenType.Number) return Unexpected("score", "a number");
        return ScoreParser.TryParse(reader.ValueSpan, out score) ? default : OfferSetRules.BadScore(reader.ValueSpan);
    }

    private SetFault Unknown(ref Utf8JsonReader reader) => new($"'{Text.Shorten(_text.Read(ref reader), 40)}' is unknown", Shape);

    private static SetFault Unexpected(string what, string wanted) => new($"{what} is not {wanted}", Shape);

    private static SetFault Twice(string what) => new($"{what} is there twice", Shape);

    private static bool IsAgain(ref Fields seen, Fields field)
    {
        var again = (seen & field) != 0;
        seen |= field;
        return again;
    }

    private static string Name(Fields missing, bool affinity)
        => (missing & Fields.Id) != 0 ? affinity ? "key" : "offer_id" : (missing & Fields.Kind) != 0 ? "kind" : "score";
}
