namespace DecisionServer.Loader;

/// <summary>Bytes of a chunk.</summary>
internal static class ChunkSize
{
    /// <summary>About 400 sets of 35 offers; a chunk stays out of the large-object heap.</summary>
    public const int Default = 60_000;

    /// <summary>The longest set fits.</summary>
    public const int Least = 8_192;

    /// <summary>A message stays below the 4 MiB of the contract.</summary>
    public const int Most = 1_048_576;
}
