using System.Text;
using DecisionServer.V1;
using Google.Protobuf.WellKnownTypes;

namespace DecisionServer.Loader;

/// <summary>The limits of offer.proto, told with the names that files use. All faults of an offer are collected.</summary>
internal static class OfferRules
{
    private const int MaxTitleBytes = 256;
    private const int MaxItems = 20_000;
    private const int MaxContent = 32;
    private const int MaxCaps = 16;
    private const int MaxContentBytes = 1024;
    private const float MaxValue = 1_000_000;
    private const long FirstSecond = -62_135_596_800;
    private const long LastSecond = 253_402_300_799;
    private const float MaxBoost = 1_000;

    public static void Check(Offer offer, List<string> faults)
    {
        CheckId("offer_id", offer.OfferId, faults);
        CheckText("campaign_id", offer.CampaignId, Id.MaxBytes, faults);
        CheckText("campaign_type", offer.CampaignType, Id.MaxBytes, faults);
        CheckText("category", offer.Category, Id.MaxBytes, faults);
        CheckText("department", offer.Department, Id.MaxBytes, faults);
        CheckText("brand", offer.Brand, Id.MaxBytes, faults);
        CheckText("title", offer.Title, MaxTitleBytes, faults);
        CheckText("consent", offer.Consent, Id.MaxBytes, faults);
        foreach (var field in System.Enum.GetValues<OfferField>())
        {
            if (!OfferFields.IsList(field)) continue;
            var list = OfferText.List(offer, field);
            if (list.Count > MaxItems) faults.Add($"{OfferFields.Names[(int)field]}: {list.Count} entries, at most {MaxItems} are allowed");
            else foreach (var entry in list) CheckId(OfferFields.Names[(int)field], entry, faults);
        }

        if (offer.HasPriceMinor && offer.PriceMinor < 0) faults.Add($"price_minor: {offer.PriceMinor} is below 0");
        if (offer.HasValue && !(offer.Value >= 0 && offer.Value <= MaxValue)) faults.Add($"value: {offer.Value} is not between 0 and {MaxValue}");
        if (offer.HasBoost && !(offer.Boost >= 0 && offer.Boost <= MaxBoost)) faults.Add($"boost: {offer.Boost} is not between 0 and {MaxBoost}");
        if (offer.ValidFrom is { } from && offer.ValidUntil is { } until && from.CompareTo(until) >= 0) faults.Add("valid_until: is not after valid_from");
        CheckInstant("valid_from", offer.ValidFrom, faults);
        CheckInstant("valid_until", offer.ValidUntil, faults);
        CheckCaps(offer, faults);
        CheckContent(offer, faults);
    }

    // Text has been parsed; binary files can hold anything.
    private static void CheckCaps(Offer offer, List<string> faults)
    {
        if (offer.Caps.Count > MaxCaps) faults.Add($"caps: {offer.Caps.Count} entries, at most {MaxCaps} are allowed");
        else foreach (var cap in offer.Caps) CapText.Check(cap, faults);
    }

    // Binary files can hold any number here; text has been parsed as a date.
    private static void CheckInstant(string field, Timestamp? instant, List<string> faults)
    {
        if (instant is { } given && (given.Seconds < FirstSecond || given.Seconds > LastSecond || given.Nanos is < 0 or > 999_999_999))
            faults.Add($"{field}: {given.Seconds} s {given.Nanos} ns is not between the years 1 and 9999");
    }

    private static void CheckContent(Offer offer, List<string> faults)
    {
        if (offer.Content.Count > MaxContent) faults.Add($"content: {offer.Content.Count} entries, at most {MaxContent} are allowed");
        foreach (var (key, value) in offer.Content)
        {
            CheckId("content", key, faults);
            CheckText($"content '{Text.Shorten(key)}'", value, MaxContentBytes, faults);
        }
    }

    private static void CheckId(string field, string id, List<string> faults)
    {
        var utf8 = Encoding.UTF8.GetBytes(id);
        if (!Id.IsValid(utf8)) faults.Add($"{field}: '{Text.Shorten(id, 40)}' {Id.Fault(utf8)}");
    }

    private static void CheckText(string field, string text, int mostBytes, List<string> faults)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        if (length > mostBytes) faults.Add($"{field}: is {length} bytes long, at most {mostBytes} are allowed");
    }
}
