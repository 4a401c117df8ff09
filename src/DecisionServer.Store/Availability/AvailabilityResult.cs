namespace DecisionServer.Store;

/// <summary>What <see cref="AvailabilityStore.Apply"/> came to.</summary>
public enum AvailabilityOutcome : byte
{
    /// <summary>All updates were applied or found stale. The caller may acknowledge them.</summary>
    Applied = 0,

    /// <summary>
    /// The updates would make more rows than <see cref="AvailabilityOptions.MaxRows"/>; none was applied. gRPC: RESOURCE_EXHAUSTED.
    /// Updates of rows that exist still go through.
    /// </summary>
    TooManyRows = 1,
}

/// <summary>Counts of an <see cref="AvailabilityStore.Apply"/>.</summary>
/// <param name="Outcome">Whether anything was applied.</param>
/// <param name="Epoch">Epoch after it.</param>
/// <param name="Applied">How many changed a row.</param>
/// <param name="Stale">How many were not above the stored version.</param>
/// <param name="Unknown">How many of the applied ones name an offer or item that the catalogue given does not hold.</param>
public readonly record struct AvailabilityResult(AvailabilityOutcome Outcome, ulong Epoch, int Applied, int Stale, int Unknown);
