namespace DecisionServer.Store;

/// <summary>A generation wherever it is in its life: what the registry keeps of it.</summary>
internal sealed class GenerationSlot(GenerationFolder folder, LoadManifest? load)
{
    public GenerationFolder Folder { get; } = folder;

    public LoadManifest? Load { get; } = load;

    public GenerationState State { get; set; } = GenerationState.Loading;

    public string Failure { get; set; } = "";

    /// <summary>Set once sealed.</summary>
    public Manifest? Manifest { get; set; }

    /// <summary>While loading, if anybody has begun or resumed since the start of the process.</summary>
    public LoadSession? Session { get; set; }

    /// <summary>Once sealed, if it is in memory.</summary>
    public Generation? Generation { get; set; }

    /// <summary>Bytes of memory that it is going to take, while it is read in from another node's files; 0: it is not.</summary>
    public long Incoming { get; set; }

    public DateTimeOffset? PublishedAt { get; set; }

    /// <summary>Whether it is complete and only a gate stands in the way.</summary>
    public bool CanBeForced => State == GenerationState.Failed && Manifest is { Passed: false };

    /// <summary>Says that something cannot be done in the state that it is in.</summary>
    public GenerationException Refuse(string what) => new(GenerationError.WrongState, $"generation '{Folder.Id}' is {State.ToString().ToUpperInvariant()}: {what}");

    public GenerationInfo ToInfo(bool isRollbackTarget) => new()
    {
        Id = Folder.Id,
        State = State,
        Failure = Failure,
        Counts = Manifest?.Counts ?? Session?.Counts ?? new GenerationCounts(),
        Replaced = Generation?.Replaced ?? 0,
        SegmentBytes = Manifest?.Segments.Sum(segment => segment.Length) ?? Session?.SegmentBytes ?? 0,
        MemoryBytes = Generation?.MemoryBytes ?? Session?.Sets?.MemoryBytes ?? 0,
        ExpectedOfferSets = Load?.ExpectedOfferSets ?? 0,
        CreatedAt = Manifest?.CreatedAt ?? Load?.CreatedAt ?? default,
        SealedAt = Manifest?.SealedAt,
        PublishedAt = PublishedAt,
        Gates = Manifest?.Gates ?? [],
        ContentHash = Manifest?.ContentHash ?? "",
        Shards = Manifest is null ? Load?.Shards : Manifest.Shards,
        IsRollbackTarget = isRollbackTarget,
    };
}
