using DecisionServer.Journal;
using DecisionServer.Store;
using DecisionServer.V1;

namespace DecisionServer.Fleet;

/// <summary>Sums over what this node answers from, for comparing nodes.</summary>
internal sealed class FleetDigest(Serving serving, GenerationRegistry registry, ISharedJournal? journal = null)
{
    /// <summary>Takes them.</summary>
    public GetDigestResponse Take()
    {
        var applied = journal?.Applied ?? 0;
        var (availability, epoch) = serving.Availability.Digest();
        var current = registry.List().FirstOrDefault(info => info.State == Store.GenerationState.Current);
        return new GetDigestResponse
        {
            AppliedSequence = applied,
            AvailabilityEpoch = epoch,
            Availability = availability,
            Members = serving.Members?.Store.Digest() ?? 0,
            Totals = serving.Members?.Totals.Digest() ?? 0,
            GenerationId = current?.Id ?? "",
            ContentHash = current?.ContentHash ?? "",
            Changes = registry.ChangesDigest(),
        };
    }
}
