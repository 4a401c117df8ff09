using DecisionServer.Store;

namespace DecisionServer.Engine;

/// <summary>
/// The answer to a <see cref="DecisionRequest"/>, with the working memory of the decision. Reusable: a result that has been
/// used before makes a decision allocate nothing. For one decision at a time.
/// </summary>
public sealed class DecisionResult
{
    private readonly List<PlacementResult> _placements = [];

    /// <summary>Generation the answer was made from.</summary>
    public string GenerationId { get; internal set; } = "";

    /// <summary>Every availability update up to this epoch was taken into account.</summary>
    public ulong AvailabilityEpoch { get; internal set; }

    /// <summary>For <see cref="DecisionOutcome.UnknownPlacement"/>: its place in the request. Else -1.</summary>
    public int UnknownPlacementIndex { get; internal set; } = -1;

    /// <summary>How many placements were filled: one for each asked for.</summary>
    public int PlacementCount { get; private set; }

    internal OfferSetBuffer OfferSet { get; } = new();

    internal Situation Situation { get; } = new();

    internal Capping Capping { get; } = new();

    internal CandidatePool Candidates { get; } = new();

    internal RankOrder Order { get; } = new();

    /// <summary>A filled placement, in the order of the request.</summary>
    public PlacementResult Placement(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)PlacementCount);
        return _placements[index];
    }

    /// <summary>Lets go of everything the last decision referred to. Call it before the result goes back to a pool.</summary>
    public void Reset()
    {
        for (var i = 0; i < PlacementCount; i++) _placements[i].Reset();
        PlacementCount = 0;
        GenerationId = "";
        AvailabilityEpoch = 0;
        UnknownPlacementIndex = -1;
        Situation.Reset();
        Capping.Reset();
        Candidates.Reset();
    }

    internal PlacementResult AddPlacement(Placement placement, int count)
    {
        if (PlacementCount == _placements.Count) _placements.Add(new PlacementResult());
        var result = _placements[PlacementCount++];
        result.Begin(placement, count);
        return result;
    }
}
