using DecisionServer.Store;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;

namespace DecisionServer.Services.Decisions;

/// <summary>
/// The parts of a decided offer that are the same in every answer, encoded once for each offer and kept with it: its id, the catalogue's
/// price and end of validity, and the content. The generated classes encode them, so there is one definition of the format.
/// </summary>
/// <remarks>Layout: length of the id field, length of the terms (price, end of validity), then id field, terms, content.</remarks>
internal readonly ref struct OfferBytes
{
    private const int Head = 2;
    private readonly ReadOnlySpan<byte> _all;

    private OfferBytes(byte[] all) => _all = all;

    /// <summary>Field 1.</summary>
    public ReadOnlySpan<byte> Id => _all.Slice(Head, _all[0]);

    /// <summary>Fields 5 and 6 as the catalogue has them.</summary>
    public ReadOnlySpan<byte> Terms => _all.Slice(Head + _all[0], _all[1]);

    /// <summary>Field 8.</summary>
    public ReadOnlySpan<byte> Content => _all[(Head + _all[0] + _all[1])..];

    /// <summary>Fields 5, 6 and 8 where field 7 is absent.</summary>
    public ReadOnlySpan<byte> TermsAndContent => _all[(Head + _all[0])..];

    public static OfferBytes Of(Offer offer) => new(offer.Presentation ??= Encode(offer));

    private static byte[] Encode(Offer offer)
    {
        var id = new V1.DecidedOffer { OfferId = offer.OfferId };
        var terms = new V1.DecidedOffer();
        if (offer.PriceMinor is { } price) terms.PriceMinor = price;
        if (offer.ValidUntilTicks != long.MaxValue) terms.ValidUntil = Timestamp.FromDateTime(new DateTime(offer.ValidUntilTicks, DateTimeKind.Utc));
        var content = new V1.DecidedOffer();
        WriteContent(offer.Config, content.Content);

        // An id field has 66 bytes at most, the terms have 11 + 20.
        return [(byte)id.CalculateSize(), (byte)terms.CalculateSize(), .. id.ToByteArray(), .. terms.ToByteArray(), .. content.ToByteArray()];
    }

    private static void WriteContent(OfferConfig offer, MapField<string, string> content)
    {
        Put("title", offer.Title);
        Put("category", offer.Category);
        Put("brand", offer.Brand);
        Put("campaign_id", offer.CampaignId);
        Put("department", offer.Department);

        // Last, so that a text the retailer wrote for answers wins over the field of the same name.
        foreach (var (key, value) in offer.Content) content[key] = value;

        void Put(string key, string value)
        {
            if (value.Length > 0) content.Add(key, value);
        }
    }
}
