namespace DecisionServer.Store;

/// <summary>Limits of the member state held in memory.</summary>
public sealed record MemberStoreOptions
{
    /// <summary>Most bytes of records, 1 MiB or more. A member takes 128 bytes for its state and 128 for its counters, more where it has many. Default 4 GiB.</summary>
    public long MaxBytes { get; init; } = 4L << 30;

    /// <summary>Members expected; sizes the index. Too few cost speed only. Default 1 million.</summary>
    public long ExpectedMembers { get; init; } = 1_000_000;
}
