using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using DecisionServer.V1;
using Google.Protobuf;

namespace DecisionServer.Loader;

/// <summary>Writes a generated catalogue. Days are written for instants at midnight, so the end is the day before.</summary>
internal static class OfferWriter
{
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(InputFormat format, Stream stream, IEnumerable<Offer> offers)
    {
        switch (format)
        {
            case InputFormat.Csv:
                WriteCsv(stream, offers);
                break;
            case InputFormat.Ndjson:
                WriteNdjson(stream, offers);
                break;
            default:
                foreach (var offer in offers) offer.WriteDelimitedTo(stream);
                break;
        }
    }

    private static void WriteCsv(Stream stream, IEnumerable<Offer> offers)
    {
        using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
        writer.WriteLine("offer_id,campaign_id,campaign_type,category,department,brand,valid_from,valid_until,product_ids,title,price_minor,value");
        foreach (var offer in offers)
        {
            string[] fields =
            [
                offer.OfferId, offer.CampaignId, offer.CampaignType, offer.Category, offer.Department, offer.Brand, From(offer), Until(offer),
                string.Join('|', offer.ItemIds), offer.Title, offer.PriceMinor.ToString(CultureInfo.InvariantCulture), offer.Value.ToString(CultureInfo.InvariantCulture),
            ];
            writer.WriteLine(string.Join(',', fields));
        }
    }

    private static void WriteNdjson(Stream stream, IEnumerable<Offer> offers)
    {
        foreach (var offer in offers)
        {
            using (var json = new Utf8JsonWriter(stream, Json))
            {
                json.WriteStartObject();
                json.WriteString("offer_id", offer.OfferId);
                json.WriteString("campaign_id", offer.CampaignId);
                json.WriteString("campaign_type", offer.CampaignType);
                json.WriteString("category", offer.Category);
                json.WriteString("department", offer.Department);
                json.WriteString("brand", offer.Brand);
                json.WriteString("valid_from", From(offer));
                json.WriteString("valid_until", Until(offer));
                json.WriteStartArray("product_ids");
                foreach (var item in offer.ItemIds) json.WriteStringValue(item);
                json.WriteEndArray();
                json.WriteString("title", offer.Title);
                json.WriteNumber("price_minor", offer.PriceMinor);
                json.WriteNumber("value", offer.Value);
                json.WriteEndObject();
            }

            stream.WriteByte((byte)'\n');
        }
    }

    private static string From(Offer offer) => Day(offer.ValidFrom.ToDateTime());

    private static string Until(Offer offer) => Day(offer.ValidUntil.ToDateTime().AddDays(-1));

    private static string Day(DateTime instant) => instant.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
