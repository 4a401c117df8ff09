using DecisionServer.Journal;
using DecisionServer.Store;

namespace DecisionServer.Services.Journaling;

/// <summary>Adds or replaces placements.</summary>
internal sealed class PutPlacementsCommand(Serving serving, IReadOnlyList<PlacementConfig> placements) : IJournalCommand<(int Added, int Replaced)>
{
    /// <exception cref="CatalogueException">There would be too many.</exception>
    public (int Added, int Replaced) Execute(IJournalTransaction transaction)
    {
        var stored = PlacementSet.Default.With(transaction.GetPlacements(), out _, out _);
        _ = stored.With(placements, out var added, out var replaced);
        transaction.PutPlacements(placements);
        transaction.Audit("put placements", AuditNames.Of(placements.Select(placement => placement.Name)), $"{added} added, {replaced} replaced");
        return (added, replaced);
    }

    public void Apply((int Added, int Replaced) result) => serving.PutPlacements(placements, out _, out _);
}
