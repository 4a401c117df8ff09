namespace DecisionServer.Store;

/// <summary>
/// All that a decision looks at, but for the member: immutable references, exchanged as one. A decision takes it once and so
/// never mixes two generations or two catalogues.
/// </summary>
/// <param name="Generation">The current generation.</param>
/// <param name="Catalogue">Its offers, with all changes up to now.</param>
/// <param name="Availability">Live availability by this catalogue's offer indexes.</param>
/// <param name="Placements">All placements.</param>
/// <param name="Ladder">The fallback ladder by this catalogue's offer indexes.</param>
/// <param name="Caps">The caps that belong to no offer.</param>
public sealed record ServingState(
    Generation Generation, CatalogueSnapshot Catalogue, AvailabilityView Availability, PlacementSet Placements, Ladder Ladder, CapRuleSet Caps);
