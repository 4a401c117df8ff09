namespace DecisionServer.Engine;

/// <summary>One slot to fill.</summary>
/// <param name="Placement">Name of a placement.</param>
/// <param name="Count">Offers wanted, 1 to 100. 0: the placement's default.</param>
public readonly record struct PlacementAsk(string Placement, int Count);

/// <summary>A request for next best offers, checked against the limits of the contract. Reusable; <see cref="Reset"/> empties it.</summary>
public sealed class DecisionRequest
{
    /// <summary>The member, 1 to 64 bytes. An unknown one gets the fallback ladder.</summary>
    public string MemberId { get; set; } = "";

    /// <summary>Slots to fill, in order of precedence. Empty: placement "default".</summary>
    public ReusableList<PlacementAsk> Placements { get; } = new();

    /// <summary>The situation.</summary>
    public DecisionContext Context { get; } = new();

    /// <summary>Offers not wanted in this answer; unknown ids are ignored.</summary>
    public ReusableList<string> ExcludeOfferIds { get; } = new();

    /// <summary>Offers of the member's set scored lower are dropped. Null: the placement's own minimum.</summary>
    public float? MinScore { get; set; }

    /// <summary>Decide without any effect: impressions are not counted. The answer is the one that would be given.</summary>
    public bool DryRun { get; set; }

    /// <summary>Put every candidate with its score parts and its reason into the result. Never changes which offers are shown.</summary>
    public bool Explain { get; set; }

    /// <summary>Let an offer appear in more than one placement of the answer.</summary>
    public bool AllowDuplicates { get; set; }

    /// <summary>Back to an empty request.</summary>
    public void Reset()
    {
        MemberId = "";
        Placements.Clear();
        Context.Reset();
        ExcludeOfferIds.Clear();
        MinScore = null;
        DryRun = Explain = AllowDuplicates = false;
    }
}
