using DecisionServer.Journal;
using DecisionServer.Store;

namespace DecisionServer.Services.Journaling;

/// <summary>Changes rows of availability: all of the updates, or none.</summary>
internal sealed class UpdateAvailabilityCommand(Serving serving, IReadOnlyList<AvailabilityUpdate> updates) : IJournalCommand<AvailabilityResult>
{
    private readonly List<AvailabilityRow> _changes = [];

    public AvailabilityResult Execute(IJournalTransaction transaction)
    {
        // 1. What becomes of each; a row may be named more than once.
        _changes.Clear();
        var last = new Dictionary<(AvailabilitySubject, string, AvailabilityScopeKind, string), AvailabilityRow>();
        var catalogue = serving.Current?.Catalogue;
        var epoch = transaction.AvailabilityEpoch;
        int stale = 0, unknown = 0;
        foreach (var update in updates)
        {
            var row = (update.Subject, update.SubjectId, update.Scope, update.ScopeId);
            if (!last.TryGetValue(row, out var stored)) stored = transaction.GetAvailability(update.Subject, update.SubjectId, update.Scope, update.ScopeId);
            if (update.Change(stored, epoch + 1) is not { } changed)
            {
                stale++;
                continue;
            }

            epoch++;
            if (!update.IsOf(catalogue)) unknown++;
            last[row] = changed;
            _changes.Add(changed);
        }

        // 2. Truth. What would not fit into serving is undone.
        if (_changes.Count > 0) transaction.PutAvailability([.. last.Values], epoch);
        if (transaction.AvailabilityRows > serving.Availability.MaxRows)
        {
            throw Errors.ResourceExhausted(
                $"updates: there is no room for their new rows beside the {serving.Availability.RowCount} held, none was applied; Limits:AvailabilityRows raises the limit");
        }

        return new AvailabilityResult(AvailabilityOutcome.Applied, epoch, _changes.Count, stale, unknown);
    }

    public void Apply(AvailabilityResult result) => serving.Availability.Follow(_changes);
}
