namespace DecisionServer.Loader;

/// <summary>What a reader found.</summary>
internal enum ReadStep
{
    /// <summary>A complete record.</summary>
    Record,

    /// <summary>A row that is refused; the reader goes on behind it.</summary>
    Refused,

    /// <summary>The bytes at hand hold no complete record: wait for more.</summary>
    NeedMore,

    /// <summary>The input has ended.</summary>
    End,
}
