namespace DecisionServer.Store;

/// <summary>
/// Holds the one <see cref="ServingState"/> that decisions read, and makes the next one when something changes. Readers never wait.
/// </summary>
/// <param name="availability">Live availability.</param>
/// <param name="members">What is known of members. Null: nothing ever is.</param>
public sealed class Serving(AvailabilityStore availability, MemberServing? members = null)
{
    private readonly Lock _gate = new();
    private volatile ServingState? _current;
    private volatile PlacementSet _placements = PlacementSet.Default;
    private volatile CapRuleSet _caps = CapRuleSet.Empty;
    private volatile ShardSet? _shards;
    private LadderConfig _ladder = LadderConfig.Empty;

    /// <summary>What decisions are made from now. Null: no generation has been published yet. Read it once per decision.</summary>
    public ServingState? Current => _current;

    /// <summary>All placements, also before there is a generation.</summary>
    public PlacementSet Placements => _placements;

    /// <summary>The caps that belong to no offer, also before there is a generation.</summary>
    public CapRuleSet Caps => _caps;

    /// <summary>The shards of members that this node answers for. Null: all members.</summary>
    public ShardSet? Shards => _shards;

    /// <summary>What is known of members. Null: nothing ever is.</summary>
    public MemberServing? Members => members;

    /// <summary>Live availability.</summary>
    public AvailabilityStore Availability => availability;

    /// <summary>Takes the current state and keeps its generation in memory until <c>state.Generation.Release()</c>. Null: there is none.</summary>
    public ServingState? Acquire()
    {
        while (_current is { } state)
        {
            if (state.Generation.TryAcquire())
            {
                return state;
            }

            // Retired between the two lines; a later state is there already.
        }

        return null;
    }

    /// <summary>Adds offers to the current generation, or replaces those of the same id: durable first, then visible.</summary>
    /// <param name="offers">Each id once, each valid (<see cref="OfferConfigValidator"/>).</param>
    /// <param name="added">How many are new.</param>
    /// <param name="replaced">How many replaced one.</param>
    /// <returns>The state that holds them. Null: there is no generation yet, nothing was done.</returns>
    /// <exception cref="CatalogueException">The catalogue as a whole would break a limit; nothing was done.</exception>
    /// <exception cref="IOException">The disk is full or failed; nothing was done.</exception>
    public ServingState? PutOffers(IReadOnlyList<OfferConfig> offers, out int added, out int replaced)
    {
        lock (_gate)
        {
            (added, replaced) = (0, 0);
            if (_current is not { } state)
            {
                return null;
            }

            CatalogueSnapshot catalogue = state.Generation.PutOffers(offers, out added, out replaced);
            Exchange(state.Generation, catalogue);
            return _current;
        }
    }

    /// <summary>Adds placements, or replaces those of the same name.</summary>
    /// <param name="placements">Each name once, each valid (<see cref="PlacementConfigValidator"/>).</param>
    /// <param name="added">How many are new.</param>
    /// <param name="replaced">How many replaced one.</param>
    /// <exception cref="CatalogueException">There would be too many; nothing was done.</exception>
    public void PutPlacements(IReadOnlyList<PlacementConfig> placements, out int added, out int replaced)
    {
        lock (_gate)
        {
            _placements = _placements.With(placements, out added, out replaced);
            if (_current is { } state)
            {
                _current = state with { Placements = _placements };
            }
        }
    }

    /// <summary>Replaces the caps that belong to no offer.</summary>
    public void PutCaps(CapRuleSet caps)
    {
        lock (_gate)
        {
            _caps = caps;
            if (_current is { } state)
            {
                _current = state with { Caps = caps };
            }
        }
    }

    /// <summary>Replaces the shards of members that this node answers for. Null: all members.</summary>
    public void PutShards(ShardSet? shards) => _shards = shards;

    /// <summary>Replaces the ladder list of a segment; an empty one removes it. Each offer once, scores finite.</summary>
    /// <returns>Ids that the current catalogue does not hold. Null: there would be more than <see cref="LadderConfig.MaxSegments"/> lists, nothing was done.</returns>
    public IReadOnlyList<string>? PutSegmentOffers(string segment, IReadOnlyList<ScoredOfferConfig> offers)
    {
        lock (_gate)
        {
            var segments = new Dictionary<string, IReadOnlyList<ScoredOfferConfig>>(_ladder.Segments, StringComparer.Ordinal);
            if (offers.Count == 0)
            {
                segments.Remove(segment);
            }
            else if (segments.Count < LadderConfig.MaxSegments || segments.ContainsKey(segment))
            {
                segments[segment] = offers;
            }
            else
            {
                return null;
            }

            return PutLadder(_ladder with { Segments = segments }, offers);
        }
    }

    /// <summary>Replaces the ladder list for everybody; an empty one restores the generation's most scored offers. Each offer once, scores finite.</summary>
    /// <returns>Ids that the current catalogue does not hold.</returns>
    public IReadOnlyList<string> PutGlobalOffers(IReadOnlyList<ScoredOfferConfig> offers)
    {
        lock (_gate)
        {
            return PutLadder(_ladder with { Global = offers }, offers);
        }
    }

    /// <summary>Ids that the current catalogue does not hold; all of them where there is none.</summary>
    public IReadOnlyList<string> UnknownOffers(IReadOnlyList<ScoredOfferConfig> offers)
    {
        CatalogueSnapshot? catalogue = _current?.Catalogue;
        return [.. offers.Select(offer => offer.OfferId).Where(id => catalogue is null || !catalogue.TryGetIndex(id, out _))];
    }

    /// <summary>For start-up: takes over the whole ladder.</summary>
    public void RestoreLadder(LadderConfig ladder)
    {
        lock (_gate)
        {
            PutLadder(ladder, []);
        }
    }

    /// <summary>Makes a generation current by one exchange of a reference.</summary>
    internal void Publish(Generation generation)
    {
        lock (_gate)
        {
            Exchange(generation, generation.Catalogue);
        }
    }

    /// <summary>Makes visible what was put into a generation's catalogue, if it is the one that serves.</summary>
    internal void Follow(Generation generation)
    {
        lock (_gate)
        {
            if (_current is { } state && state.Generation == generation && state.Catalogue != generation.Catalogue)
            {
                Exchange(generation, generation.Catalogue);
            }
        }
    }

    private IReadOnlyList<string> PutLadder(LadderConfig ladder, IReadOnlyList<ScoredOfferConfig> offers)
    {
        _ladder = ladder;
        if (_current is not { } state)
        {
            return [.. offers.Select(offer => offer.OfferId)];
        }

        _current = state with { Ladder = Ladder.Build(_ladder, state.Catalogue, state.Generation.Popular) };
        return UnknownOffers(offers);
    }

    private void Exchange(Generation generation, CatalogueSnapshot catalogue)
    {
        // The new projection is attached first: from then on it sees every update, so none falls between the two.
        AvailabilityView? before = _current?.Availability;
        AvailabilityView view = availability.Attach(catalogue);
        _current = new ServingState(generation, catalogue, view, _placements, Ladder.Build(_ladder, catalogue, generation.Popular), _caps);
        if (before is not null)
        {
            availability.Detach(before);
        }
    }
}
