using System.Text;
using System.Text.Json;
using DecisionServer.V1;

namespace DecisionServer.Loader;

/// <summary>Offers of NDJSON: members have the names of the CSV columns, lists are arrays, and <c>content</c> is an object of strings.</summary>
internal sealed class NdjsonOfferReader(InputSource source, OfferIdTable ids) : OfferReader(source, ids)
{
    private const int MaxLineBytes = 4 * 1024 * 1024;

    private readonly LineReader _lines = new(source, MaxLineBytes);
    private readonly JsonText _text = new();

    protected override ReadStep Parse(Offer offer, List<string> faults, out InputPlace place)
    {
        var step = _lines.Take(out var line);
        place = new InputPlace(Source.Spec.Name, _lines.Line, false);
        if (step != ReadStep.Record) return step;
        try
        {
            ReadObject(line, offer, faults);
        }
        catch (JsonException exception)
        {
            faults.Add(JsonText.Fault(exception).Fault!);
        }

        return ReadStep.Record;
    }

    private void ReadObject(ReadOnlySpan<byte> line, Offer offer, List<string> faults)
    {
        var reader = new Utf8JsonReader(line);
        var seen = new HashSet<string>();
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            faults.Add("the line is not an object");
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName && faults.Count == 0)
        {
            var name = Encoding.UTF8.GetString(_text.Read(ref reader));
            if (!seen.Add(name)) faults.Add($"'{Text.Shorten(name, 40)}' is there twice");
            else if (name == "content") ReadContent(ref reader, offer, faults);
            else if (Array.IndexOf(OfferFields.Names, name) is var field and >= 0) ReadField(ref reader, offer, (OfferField)field, faults);
            else faults.Add($"'{Text.Shorten(name, 40)}' is unknown (known: {string.Join(',', OfferFields.Names)},content)");
        }

        // The reader objects to whatever follows the object.
        if (faults.Count == 0) reader.Read();
    }

    private void ReadField(ref Utf8JsonReader reader, Offer offer, OfferField field, List<string> faults)
    {
        reader.Read();
        var wanted = OfferFields.IsList(field) || OfferFields.IsCaps(field) ? JsonTokenType.StartArray : OfferFields.IsNumber(field) ? JsonTokenType.Number : JsonTokenType.String;
        if (reader.TokenType == JsonTokenType.Null) return;
        if (reader.TokenType != wanted)
        {
            faults.Add($"{OfferFields.Names[(int)field]}: is not {(wanted == JsonTokenType.StartArray ? "an array of strings" : $"a {wanted}".ToLowerInvariant())}");
            return;
        }

        if (wanted != JsonTokenType.StartArray)
        {
            var text = wanted == JsonTokenType.Number ? reader.ValueSpan : _text.Read(ref reader);
            if (OfferText.Set(offer, field, text) is { } fault) faults.Add(fault);
            return;
        }

        if (OfferFields.IsCaps(field))
        {
            ReadCaps(ref reader, offer, faults);
            return;
        }

        var list = OfferText.List(offer, field);
        while (reader.Read() && reader.TokenType == JsonTokenType.String) list.Add(Encoding.UTF8.GetString(_text.Read(ref reader)));
        if (reader.TokenType != JsonTokenType.EndArray) faults.Add($"{OfferFields.Names[(int)field]}: is not an array of strings");
    }

    private void ReadCaps(ref Utf8JsonReader reader, Offer offer, List<string> faults)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.String)
        {
            if (CapText.Add(Encoding.UTF8.GetString(_text.Read(ref reader)), offer) is { } fault) faults.Add(fault);
        }

        if (reader.TokenType != JsonTokenType.EndArray) faults.Add("caps: is not an array of strings");
    }

    private void ReadContent(ref Utf8JsonReader reader, Offer offer, List<string> faults)
    {
        const string Fault = "content: is not an object of strings";
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            faults.Add(Fault);
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = Encoding.UTF8.GetString(_text.Read(ref reader));
            if (!reader.Read() || reader.TokenType != JsonTokenType.String) break;
            offer.Content[key] = Encoding.UTF8.GetString(_text.Read(ref reader));
        }

        if (reader.TokenType != JsonTokenType.EndObject) faults.Add(Fault);
    }
}
