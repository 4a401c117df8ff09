namespace DecisionServer.Store;

/// <summary>Options of the store.</summary>
public sealed record StoreOptions
{
    /// <summary>Folder for generations; made where it is missing.</summary>
    public required string Directory { get; init; }

    /// <summary>Most bytes of records that one generation may hold in memory, 1 MiB to 1 TiB.</summary>
    public long MaxGenerationBytes { get; init; } = 12L << 30;

    /// <summary>Most bytes of memory that all generations together may take, records and indexes.</summary>
    public long MaxTotalBytes { get; init; } = 1L << 50;
}
