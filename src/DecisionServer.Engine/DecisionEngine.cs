using DecisionServer.Store;

namespace DecisionServer.Engine;

/// <summary>
/// Answers the two questions of the product. Synchronous and thread-safe; allocates nothing once the result object it is
/// given has been used before.
/// </summary>
public sealed class DecisionEngine
{
    private readonly Serving _serving;
    private readonly TimeProvider _clock;
    private readonly SearchRanker _searchRanker;

    /// <summary>Creates an engine over what serves now and later.</summary>
    public DecisionEngine(Serving serving, TimeProvider clock, EngineOptions options)
    {
        _serving = serving;
        _clock = clock;
        _searchRanker = new SearchRanker(serving, clock, options);
    }

    /// <summary>Which offers go into these placements, for this member, in this context, now?</summary>
    /// <param name="request">The request, within the limits of the contract.</param>
    /// <param name="result">Takes up the answer; what it held before is gone.</param>
    public DecisionOutcome Decide(DecisionRequest request, DecisionResult result)
    {
        result.Reset();

        // The one read of the serving state: everything below comes from this reference, so that an answer never mixes two
        // generations, catalogues or configurations. The lease keeps the generation in memory meanwhile.
        var state = _serving.Acquire();
        if (state is null) return DecisionOutcome.NoGeneration;
        try
        {
            return Decide(state, request, result);
        }
        finally
        {
            state.Generation.Release();
        }
    }

    private DecisionOutcome Decide(ServingState state, DecisionRequest request, DecisionResult result)
    {
        // 1. Resolve placements.
        if (!TryResolvePlacements(request, state.Placements, result)) return DecisionOutcome.UnknownPlacement;

        // 2. Take the generation and the catalogue snapshot. The epoch is read before any offer is judged: what was applied up
        //    to it is seen by every judgement, what comes later may be.
        result.GenerationId = state.Generation.Id;
        result.AvailabilityEpoch = state.Availability.Epoch;

        // 3. Read the member's offer set. An unknown member has none: the ladder answers. Affinities are for search rankings.
        var member = MemberKey.From(request.MemberId);
        if (_serving.Shards is { } shards && !shards.Holds(member)) return DecisionOutcome.OtherShard;
        MemberSets.ReadOffers(state, member, result.OfferSet);

        // What counts while it decides must not be counted by two decisions at once: an exact cap has no room for that.
        if (!Counts(state, request, result))
        {
            Fill(state, request, result, member);
            return DecisionOutcome.Decided;
        }

        lock (_serving.Members!.Store.LockOf(member))
        {
            Fill(state, request, result, member);
            result.Capping.Commit(member);
        }

        return DecisionOutcome.Decided;
    }

    private void Fill(ServingState state, DecisionRequest request, DecisionResult result, in MemberKey member)
    {
        // 4. Take what is known of the member and the situation, at one instant for all filters.
        var situation = result.Situation;
        if (_serving.Members is { } members) members.Store.TryRead(member, situation.Member);
        situation.Begin(state, request.Context, _clock.GetUtcNow().UtcTicks);
        situation.Exclude(request.ExcludeOfferIds.Span);
        result.Capping.Begin(state, _serving.Members, member, request.Context.Channel, situation.NowTicks, request.DryRun);

        // 5. to 8. Filter, score, rank, diversify, de-duplicate and go down the ladder, slot after slot in order of precedence.
        result.Candidates.Begin(situation, state.Ladder, result.OfferSet);
        for (var i = 0; i < result.PlacementCount; i++) PlacementFiller.Fill(result.Placement(i), request, result);
    }

    private bool Counts(ServingState state, DecisionRequest request, DecisionResult result)
    {
        if (request.DryRun || _serving.Members is null || !(state.Caps.Any || state.Catalogue.HasCaps)) return false;
        for (var i = 0; i < result.PlacementCount; i++)
        {
            if (result.Placement(i).Placement.CountsOnDecision) return true;
        }

        return false;
    }

    /// <summary>In which order does this member see the items that a search engine found?</summary>
    /// <param name="request">The request, within the limits of the contract.</param>
    /// <param name="result">Takes up the answer; what it held before is gone.</param>
    public SearchOutcome RankSearch(SearchRequest request, SearchResult result)
    {
        result.Reset();

        // One read of the serving state, as in Decide.
        var state = _serving.Acquire();
        if (state is null) return SearchOutcome.NoGeneration;
        try
        {
            return _searchRanker.Rank(state, request, result);
        }
        finally
        {
            state.Generation.Release();
        }
    }

    private static bool TryResolvePlacements(DecisionRequest request, PlacementSet placements, DecisionResult result)
    {
        if (request.Placements.Count == 0)
        {
            result.AddPlacement(placements.Unnamed, placements.Unnamed.DefaultCount);
            return true;
        }

        for (var i = 0; i < request.Placements.Count; i++)
        {
            var (name, count) = request.Placements[i];
            if (!placements.TryGet(name, out var placement))
            {
                result.UnknownPlacementIndex = i;
                return false;
            }

            result.AddPlacement(placement, count == 0 ? placement.DefaultCount : count);
        }

        return true;
    }
}
