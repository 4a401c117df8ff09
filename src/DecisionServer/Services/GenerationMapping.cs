using DecisionServer.Store;
using DecisionServer.V1;

namespace DecisionServer.Services;

/// <summary>Generations and offer sets between the contract and the store.</summary>
internal static class GenerationMapping
{
    public static V1.Generation ToProto(GenerationInfo info)
    {
        var generation = new V1.Generation
        {
            GenerationId = info.Id,
            State = (V1.GenerationState)info.State,
            Failure = info.Failure,
            Offers = info.Counts.Offers,
            OfferSets = info.Counts.OfferSets,
            AffinitySets = info.Counts.AffinitySets,
            ScoredOffers = info.Counts.ScoredOffers,
            Rejected = info.Counts.Rejected,
            Replaced = info.Replaced,
            SegmentBytes = info.SegmentBytes,
            MemoryBytes = info.MemoryBytes,
            CreatedAt = Instants.Write(info.CreatedAt),
            SealedAt = Instants.Write(info.SealedAt),
            PublishedAt = Instants.Write(info.PublishedAt),
            RollbackTarget = info.IsRollbackTarget,
            ContentHash = info.ContentHash,
            ExpectedOfferSets = info.ExpectedOfferSets,
        };
        generation.Shards.AddRange(info.Shards?.Held ?? []);
        generation.Gates.AddRange(info.Gates.Select(gate => new V1.Gate
        {
            Name = gate.Name,
            Passed = gate.Passed,
            Measured = gate.Measured,
            Threshold = gate.Threshold,
            Message = gate.Message,
        }));
        return generation;
    }

    public static SealRequest ToSealRequest(SealGenerationRequest request)
    {
        GateLimits limits = request.Limits ?? new GateLimits();
        var defaults = new SealRequest();
        return new SealRequest
        {
            Offers = Sent(request.HasOffers, request.Offers, "offers"),
            OfferSets = Sent(request.HasOfferSets, request.OfferSets, "offer_sets"),
            AffinitySets = Sent(request.HasAffinitySets, request.AffinitySets, "affinity_sets"),
            RejectedByLoader = Sent(true, request.RejectedByLoader, "rejected_by_loader") ?? 0,
            MinCoverage = Share(limits.HasMinCoverage, limits.MinCoverage, "limits.min_coverage") ?? defaults.MinCoverage,
            MaxRejected = Share(limits.HasMaxRejected, limits.MaxRejected, "limits.max_rejected") ?? defaults.MaxRejected,
            MinScore = Finite(limits.HasMinScore, limits.MinScore, "limits.min_score"),
            MaxScore = Finite(limits.HasMaxScore, limits.MaxScore, "limits.max_score"),
            MaxDrift = Drift(limits) ?? defaults.MaxDrift,
        };
    }

    public static IReadOnlyList<OfferSetConfig> ToConfigs(IReadOnlyList<OfferSet> sets)
    {
        var configs = new OfferSetConfig[sets.Count];
        for (int i = 0; i < configs.Length; i++)
        {
            OfferSet set = sets[i];
            configs[i] = new OfferSetConfig(
                set.MemberId,
                [.. set.Offers.Select(offer => new ScoredOfferConfig(offer.OfferId, offer.Score))],
                [.. set.Affinities.Select(affinity => new AffinityConfig((Store.AffinityKind)affinity.Kind, affinity.Key, affinity.Score))]);
        }

        return configs;
    }

    public static RejectedOfferSet ToProto(RejectedSet rejected) =>
        new() { Index = rejected.Index, Reason = (V1.RejectReason)rejected.Reason, Message = rejected.Message };

    private static long? Sent(bool given, long value, string field) =>
        !given ? null : value >= 0 ? value : throw Errors.InvalidArgument(field, $"is {value}, it must be 0 or more");

    private static double? Share(bool given, double value, string field) =>
        !given ? null : value is >= 0 and <= 1 ? value : throw Errors.InvalidArgument(field, $"is {value}, it must be from 0 to 1");

    private static double? Finite(bool given, double value, string field) =>
        !given ? null : double.IsFinite(value) ? value : throw Errors.InvalidArgument(field, $"is {value}, it must be finite");

    private static double? Drift(GateLimits limits) =>
        !limits.HasMaxDrift ? null
        : limits.MaxDrift >= 0 ? limits.MaxDrift
        : throw Errors.InvalidArgument("limits.max_drift", $"is {limits.MaxDrift}, it must be 0 or more");
}
