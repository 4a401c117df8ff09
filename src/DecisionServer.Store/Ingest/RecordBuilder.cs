using System.Text;

namespace DecisionServer.Store;

/// <summary>
/// Turns one member's offers and affinities into packed records, refusing what the contract forbids. For one thread at a time,
/// used again and again.
/// </summary>
internal sealed class RecordBuilder(CatalogueSnapshot catalogue)
{
    public const string CollisionMessage = "the member's id has the same 64-bit hash as another member's; give one of them another id";

    private readonly ScoredOffer[] _offers = new ScoredOffer[OfferSetBuffer.Capacity];
    private readonly ScoredAffinity[] _affinities = new ScoredAffinity[AffinityBuffer.Capacity];

    // The set in which an offer was last seen; numbers set after set, so that nothing need be cleared.
    private readonly uint[] _seenIn = new uint[catalogue.Count];
    private uint _set;
    private int _offerCount;
    private int _affinityCount;

    /// <summary>The member of the set being built.</summary>
    public MemberKey Member { get; private set; }

    /// <summary>Why the set is refused, as far as it has been read.</summary>
    public RejectReason Reason { get; private set; }

    /// <summary>The same in a sentence.</summary>
    public string Message { get; private set; } = "";

    public int OfferCount => _offerCount;

    public int AffinityCount => _affinityCount;

    /// <summary>The offers as they were packed, best first.</summary>
    public ReadOnlySpan<ScoredOffer> Offers => _offers.AsSpan(0, _offerCount);

    public void Begin(ReadOnlySpan<byte> memberId)
    {
        (_offerCount, _affinityCount, Reason, Message) = (0, 0, RejectReason.None, "");
        if (++_set == 0)
        {
            Array.Clear(_seenIn);
            _set = 1;
        }

        if (IdRules.IsValid(memberId, out string fault))
        {
            Member = MemberKey.From(memberId);
        }
        else
        {
            Refuse(RejectReason.MemberId, $"member_id {fault}");
        }
    }

    public void Begin(string memberId)
    {
        if (IdRules.IsValid(memberId, out string fault))
        {
            Span<byte> utf8 = stackalloc byte[IdRules.MaxBytes];
            Begin(utf8[..Encoding.UTF8.GetBytes(memberId, utf8)]);
        }
        else
        {
            Begin([]);
            Message = $"member_id {fault}";
        }
    }

    /// <summary>Begins, and adds all parts of a set.</summary>
    public void Read(OfferSetConfig set)
    {
        Begin(set.MemberId);
        foreach (ScoredOfferConfig offer in set.Offers)
        {
            AddOffer(offer.OfferId, offer.Score);
        }

        foreach (AffinityConfig affinity in set.Affinities)
        {
            AddAffinity(affinity.Kind, affinity.Key, affinity.Score);
        }
    }

    public void AddOffer(string offerId, float score)
    {
        if (catalogue.TryGetIndex(offerId, out int index))
        {
            AddOffer((uint)index, score);
        }
        else
        {
            Refuse(RejectReason.UnknownOffer, $"offer '{Shorten(offerId)}' is not in the catalogue");
        }
    }

    public void AddOffer(uint index, float score)
    {
        uint[] seenIn = _seenIn;
        if (index < (uint)seenIn.Length && float.IsFinite(score) && seenIn[index] != _set && _offerCount < OfferSetBuffer.Capacity)
        {
            seenIn[index] = _set;
            _offers[_offerCount++] = new ScoredOffer((int)index, score);
        }
        else
        {
            RefuseOffer(index, score);
        }
    }

    public void AddAffinity(AffinityKind kind, ReadOnlySpan<byte> key, float score)
    {
        if (kind is < AffinityKind.Item or > AffinityKind.Chain)
        {
            Refuse(RejectReason.Affinity, $"affinity kind {(byte)kind} is unknown");
        }
        else if (!IdRules.IsValid(key, out string fault))
        {
            Refuse(RejectReason.Affinity, $"affinity key {fault}");
        }
        else if (!float.IsFinite(score))
        {
            Refuse(RejectReason.Score, $"score of affinity '{Encoding.UTF8.GetString(key)}' is {score}, it must be finite");
        }
        else if (_affinityCount == AffinityBuffer.Capacity)
        {
            Refuse(RejectReason.TooManyAffinities, $"there are more than {AffinityBuffer.Capacity} affinities");
        }
        else
        {
            _affinities[_affinityCount++] = new ScoredAffinity(AffinityKey.From(kind, key), score);
        }
    }

    public void AddAffinity(AffinityKind kind, string key, float score)
    {
        if (IdRules.IsValid(key, out string fault))
        {
            Span<byte> utf8 = stackalloc byte[IdRules.MaxBytes];
            AddAffinity(kind, utf8[..Encoding.UTF8.GetBytes(key, utf8)], score);
        }
        else
        {
            Refuse(RejectReason.Affinity, $"affinity key {fault}");
        }
    }

    /// <summary>Refuses the set unless it holds something; call after the last part.</summary>
    public bool Finish(bool allowEmpty)
    {
        if (_offerCount == 0 && _affinityCount == 0 && !allowEmpty)
        {
            Refuse(RejectReason.Empty, "there are neither offers nor affinities");
        }

        if (Reason == RejectReason.None && HasAffinityTwice())
        {
            Refuse(RejectReason.Affinity, "an affinity is there twice");
        }

        return Reason == RejectReason.None;
    }

    /// <summary>Packs the offers, best first, equal scores by offer id.</summary>
    public int PackOffers(Span<byte> into)
    {
        Span<ScoredOffer> offers = _offers.AsSpan(0, _offerCount);
        ReadOnlySpan<int> idRanks = catalogue.IdRanks;

        // Insertion sort: files hold sets best first, as a rule, and then this is one pass.
        for (int i = 1; i < offers.Length; i++)
        {
            ScoredOffer offer = offers[i];
            int at = i;
            for (; at > 0 && IsBetter(offer, offers[at - 1], idRanks); at--)
            {
                offers[at] = offers[at - 1];
            }

            offers[at] = offer;
        }

        return RecordCodec.PackOffers(Member.Check, offers, into);
    }

    public int PackAffinities(Span<byte> into) => RecordCodec.PackAffinities(Member.Check, _affinities.AsSpan(0, _affinityCount), into);

    private static bool IsBetter(ScoredOffer a, ScoredOffer b, ReadOnlySpan<int> idRanks) =>
        a.Score > b.Score || (a.Score == b.Score && idRanks[a.OfferIndex] < idRanks[b.OfferIndex]);

    private bool HasAffinityTwice()
    {
        if (_affinityCount < 2)
        {
            return false;
        }

        Span<ulong> keys = stackalloc ulong[AffinityBuffer.Capacity];
        keys = keys[.._affinityCount];
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = _affinities[i].Key;
        }

        keys.Sort();
        for (int i = 1; i < keys.Length; i++)
        {
            if (keys[i] == keys[i - 1])
            {
                return true;
            }
        }

        return false;
    }

    // Apart from the way of a good offer, which is short enough to be inlined so.
    private void RefuseOffer(uint index, float score)
    {
        if (index >= (uint)catalogue.Count)
        {
            Refuse(RejectReason.UnknownOffer, $"offer index {index} is not in the catalogue of {catalogue.Count} offers");
        }
        else if (!float.IsFinite(score))
        {
            Refuse(RejectReason.Score, $"score of offer '{catalogue[(int)index].OfferId}' is {score}, it must be finite");
        }
        else if (_seenIn[index] == _set)
        {
            Refuse(RejectReason.DuplicateOffer, $"offer '{catalogue[(int)index].OfferId}' is there twice");
        }
        else
        {
            Refuse(RejectReason.TooManyOffers, $"there are more than {OfferSetBuffer.Capacity} offers");
        }
    }

    private void Refuse(RejectReason reason, string message)
    {
        // The first fault is the one to tell.
        if (Reason == RejectReason.None)
        {
            (Reason, Message) = (reason, message);
        }
    }

    private static string Shorten(string text) => text.Length <= IdRules.MaxBytes ? text : text[..IdRules.MaxBytes] + "…";
}
