namespace DecisionServer.Store;

/// <summary>A catalogue, a set of placements or a ladder list breaks a limit that concerns it as a whole. Nothing was changed.</summary>
public sealed class CatalogueException : Exception
{
    /// <summary>Creates one from all faults found; there is at least one.</summary>
    public CatalogueException(IReadOnlyList<string> errors) : base(string.Join("; ", errors)) => Errors = errors;

    /// <summary>One sentence for each fault, as "field: fault".</summary>
    public IReadOnlyList<string> Errors { get; }
}
