using DecisionServer.Engine;

namespace DecisionServer.Services.Decisions;

/// <summary>Checks a request for next best offers against every limit of decision_service.proto and hands it to the engine.</summary>
internal static class NextBestOffersReader
{
    /// <summary>Most placements of a request.</summary>
    public const int MaxPlacements = 20;

    /// <summary>Most offers a request may exclude.</summary>
    public const int MaxExcluded = 200;

    /// <summary>Fills <paramref name="into"/>, which is empty.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: names the first field at fault.</exception>
    public static void Read(V1.NextBestOffersRequest from, DecisionRequest into)
    {
        into.MemberId = Ids.Require(from.MemberId, "member_id");

        Ids.Count(from.Placements.Count, "placements", MaxPlacements);
        for (var i = 0; i < from.Placements.Count; i++)
        {
            var slot = from.Placements[i];
            var name = Ids.Require(slot.Placement, "placements", i, "placement");
            if (slot.Count is < 0 or > Store.Placement.MaxCount)
                throw Errors.InvalidArgument($"placements[{i}].count", $"is {slot.Count}, must be between 1 and {Store.Placement.MaxCount}, or 0 for the placement's default");
            into.Placements.Add(new PlacementAsk(name, slot.Count));
        }

        ContextReader.Read(from.Context, into.Context);

        Ids.Count(from.ExcludeOfferIds.Count, "exclude_offer_ids", MaxExcluded);
        for (var i = 0; i < from.ExcludeOfferIds.Count; i++) into.ExcludeOfferIds.Add(Ids.Require(from.ExcludeOfferIds[i], "exclude_offer_ids", i));

        if (from.HasMinScore)
            into.MinScore = float.IsFinite(from.MinScore) ? from.MinScore : throw Errors.InvalidArgument("min_score", "is not a finite number");

        into.DryRun = from.DryRun;
        into.Explain = from.Explain;
        into.AllowDuplicates = from.AllowDuplicates;
    }
}
