namespace DecisionServer.Store;

/// <summary>An impression that a decision counted.</summary>
/// <param name="MemberId">The member.</param>
/// <param name="OfferId">The offer shown.</param>
/// <param name="Placement">Where.</param>
/// <param name="Channel">On which channel; empty: unknown.</param>
/// <param name="AtTicks">When, UTC ticks.</param>
public readonly record struct Impression(string MemberId, string OfferId, string Placement, string Channel, long AtTicks);
