namespace DecisionServer.Loader;

/// <summary>What every format demands of a set: valid ids, known offers, each once, at most 64, finite scores.</summary>
/// <param name="ids">The catalogue's offers.</param>
/// <param name="openCatalogue">True: the catalogue is the server's, every valid id is taken (delta loads).</param>
internal sealed class OfferSetRules(OfferIdTable ids, bool openCatalogue)
{
    private const string Whole = "the member's whole set is left out";

    /// <summary>True: a set with neither offers nor affinities means something (a delta load takes both away).</summary>
    public bool AllowsEmpty => openCatalogue;

    public static SetFault SetMember(OfferSetRecord record, ReadOnlySpan<byte> id)
    {
        if (!Id.IsValid(id)) return new($"member_id {Id.Fault(id)}", "ids are 1 to 64 bytes of UTF-8");
        record.SetMember(id);
        return default;
    }

    public static SetFault BadScore(ReadOnlySpan<byte> text)
        => new($"score '{Text.Shorten(text)}' is not a finite number", $"write it like 0.1234; {Whole}");

    public static SetFault BadKind(ReadOnlySpan<byte> text)
        => new($"kind '{Text.Shorten(text)}' is unknown", $"use product, item, category, brand or chain; {Whole}");

    public static bool TryParseKind(ReadOnlySpan<byte> text, out byte kind)
    {
        if (text.SequenceEqual("product"u8) || text.SequenceEqual("item"u8)) kind = 1;
        else if (text.SequenceEqual("category"u8)) kind = 2;
        else if (text.SequenceEqual("brand"u8)) kind = 3;
        else if (text.SequenceEqual("chain"u8)) kind = 4;
        else kind = 0;
        return kind > 0;
    }

    /// <summary>Adds an offer if nothing is wrong with it; otherwise <see cref="AddOffer"/> tells what is.</summary>
    public bool TryAddOffer(OfferSetRecord record, ReadOnlySpan<byte> offerId, float score)
        => ids.TryGet(offerId, out var index) && float.IsFinite(score) && record.AddOffer(index, score) == AddOutcome.Added;

    public SetFault AddOffer(OfferSetRecord record, ReadOnlySpan<byte> offerId, float score)
    {
        if (!ids.TryGet(offerId, out var index) && !TryAdd(offerId, out index)) return UnknownOffer(offerId);
        if (!float.IsFinite(score)) return new($"the score of offer '{Text.Shorten(offerId)}' is {score}, not a finite number", Whole);
        return record.AddOffer(index, score) switch
        {
            AddOutcome.Added => default,
            AddOutcome.Duplicate => new($"offer '{Text.Shorten(offerId)}' is in this member's set already", $"each offer once; {Whole}"),
            _ => TooMany("offers", OfferSetRecord.MaxOffers),
        };
    }

    public static SetFault AddAffinity(OfferSetRecord record, byte kind, ReadOnlySpan<byte> key, float score)
    {
        if (!Id.IsValid(key)) return new($"the affinity's key {Id.Fault(key)}", $"keys are 1 to 64 bytes of UTF-8; {Whole}");
        if (!float.IsFinite(score)) return new($"the score of affinity '{Text.Shorten(key)}' is {score}, not a finite number", Whole);
        return record.AddAffinity(kind, key, score) switch
        {
            AddOutcome.Added => default,
            AddOutcome.Duplicate => new($"affinity '{Text.Shorten(key)}' is in this member's set already", $"each kind and key once; {Whole}"),
            _ => TooMany("affinities", OfferSetRecord.MaxAffinities),
        };
    }

    /// <summary>Checks what can only be said once the set is complete.</summary>
    public SetFault Complete(OfferSetRecord record)
        => record.OfferCount + record.AffinityCount > 0 || AllowsEmpty ? default : new("the set has neither offers nor affinities", "leave the member out");

    private bool TryAdd(ReadOnlySpan<byte> id, out int index)
    {
        index = -1;
        return openCatalogue && ids.Count < OfferIdTable.MaxOffers && Id.IsValid(id) && ids.TryAdd(id, out index);
    }

    private SetFault UnknownOffer(ReadOnlySpan<byte> id)
    {
        if (!Id.IsValid(id)) return new($"offer_id {Id.Fault(id)}", $"ids are 1 to 64 bytes of UTF-8; {Whole}");
        return new($"offer '{Text.Shorten(id)}' is not in the catalogue of {Text.Number(ids.Count)} offers", $"add it to the offers or take it out here; {Whole}");
    }

    private static SetFault TooMany(string what, int most) => new($"the member has more than {most} {what}", $"keep the best {most}; {Whole}");
}
