using System.Globalization;
using System.Text;
using System.Text.Unicode;
using DecisionServer.V1;
using Google.Protobuf.Collections;

namespace DecisionServer.Loader;

/// <summary>Puts fields written as text into an <see cref="Offer"/>.</summary>
internal static class OfferText
{
    private const char Separator = '|';

    /// <summary>Sets a field; empty text means the field is absent. Returns the fault, or null.</summary>
    public static string? Set(Offer offer, OfferField field, ReadOnlySpan<byte> utf8)
    {
        if (!Utf8.IsValid(utf8)) return $"{OfferFields.Names[(int)field]}: is not valid UTF-8";
        if (utf8.IsEmpty) return null;
        var text = Encoding.UTF8.GetString(utf8);
        if (OfferFields.IsList(field))
        {
            foreach (var entry in text.Split(Separator)) List(offer, field).Add(entry);
            return null;
        }

        if (OfferFields.IsCaps(field))
        {
            foreach (var cap in text.Split(Separator))
            {
                if (CapText.Add(cap, offer) is { } fault) return fault;
            }

            return null;
        }

        return SetSingle(offer, field, text) ? null : $"{OfferFields.Names[(int)field]}: '{Text.Shorten(text)}' is not {Wanted(field)}";
    }

    public static RepeatedField<string> List(Offer offer, OfferField field) => field switch
    {
        OfferField.ProductIds => offer.ItemIds,
        OfferField.Channels => offer.Channels,
        OfferField.Chains => offer.ChainIds,
        OfferField.Stores => offer.StoreIds,
        _ => offer.Segments,
    };

    private static bool SetSingle(Offer offer, OfferField field, string text)
    {
        switch (field)
        {
            case OfferField.OfferId:
                offer.OfferId = text;
                return true;
            case OfferField.CampaignId:
                offer.CampaignId = text;
                return true;
            case OfferField.CampaignType:
                offer.CampaignType = text;
                return true;
            case OfferField.Category:
                offer.Category = text;
                return true;
            case OfferField.Department:
                offer.Department = text;
                return true;
            case OfferField.Brand:
                offer.Brand = text;
                return true;
            case OfferField.Title:
                offer.Title = text;
                return true;
            case OfferField.Consent:
                offer.Consent = text;
                return true;
            default:
                return SetParsed(offer, field, text);
        }
    }

    private static bool SetParsed(Offer offer, OfferField field, string text)
    {
        switch (field)
        {
            case OfferField.ValidFrom when OfferDates.TryParse(text, isEnd: false, out var from):
                offer.ValidFrom = from;
                return true;
            case OfferField.ValidUntil when OfferDates.TryParse(text, isEnd: true, out var until):
                offer.ValidUntil = until;
                return true;
            case OfferField.PriceMinor when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var price):
                offer.PriceMinor = price;
                return true;
            case OfferField.Value when ScoreParser.TryParse(Encoding.UTF8.GetBytes(text), out var value):
                offer.Value = value;
                return true;
            case OfferField.Boost when ScoreParser.TryParse(Encoding.UTF8.GetBytes(text), out var boost):
                offer.Boost = boost;
                return true;
            default:
                return false;
        }
    }

    private static string Wanted(OfferField field) => field switch
    {
        OfferField.PriceMinor => "a whole number of cents, 0 or more",
        OfferField.Value or OfferField.Boost => "a finite number",
        _ => "a day (2017-08-27) or an RFC 3339 instant with an offset (2017-08-27T22:00:00Z)",
    };
}
