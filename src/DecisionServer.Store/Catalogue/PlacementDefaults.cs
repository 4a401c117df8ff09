namespace DecisionServer.Store;

/// <summary>Placements that exist without any configuration, so that a new server answers at once.</summary>
internal static class PlacementDefaults
{
    public static IReadOnlyList<PlacementConfig> All { get; } =
    [
        // The offer set as scored, nothing else: what a caller gets that names no placement.
        new() { Name = PlacementSet.DefaultName, Strategy = PlacementStrategy.Affinity, DefaultCount = 10 },

        // Small screens show few offers, so that no category may take them all; context and business value count.
        new() { Name = "app.home", Strategy = PlacementStrategy.Arbitration, DefaultCount = 6, MaxPerCategory = 2 },
        new() { Name = "web.home", Strategy = PlacementStrategy.Arbitration, DefaultCount = 12, MaxPerCategory = 4 },

        // A mail is read later, without a context: the scores alone, spread over categories and brands.
        new() { Name = "email.weekly", Strategy = PlacementStrategy.Affinity, DefaultCount = 8, MaxPerCategory = 3, MaxPerBrand = 3 },

        // Search rankings: what cannot be bought is left out.
        new() { Name = PlacementSet.SearchName, Strategy = PlacementStrategy.Affinity, DefaultCount = 10, UnavailableItems = UnavailableItems.Drop },
    ];
}
