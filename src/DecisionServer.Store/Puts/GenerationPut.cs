namespace DecisionServer.Store;

/// <summary>What is put into a sealed generation. Values are stored.</summary>
public enum PutKind
{
    /// <summary>Single members' sets: packed records, each with its member's hash.</summary>
    Sets = 1,

    /// <summary>Offers added to the catalogue or replaced in it, as JSON.</summary>
    Offers = 2,
}

/// <summary>A place in the order in which truth has taken in what was put into generations. The default one is before all others.</summary>
/// <param name="Sequence">Number of the commit.</param>
/// <param name="Ordinal">The place within the commit, from 1.</param>
public readonly record struct PutPlace(long Sequence, int Ordinal)
{
    /// <summary>Whether it comes after another one.</summary>
    public bool IsAfter(PutPlace other) => Sequence > other.Sequence || (Sequence == other.Sequence && Ordinal > other.Ordinal);
}

/// <summary>Something that was put into a sealed generation, as truth has it: the same on every node, whoever it was put on.</summary>
public sealed record GenerationPut
{
    /// <summary>Where it comes in the order of all.</summary>
    public required PutPlace Place { get; init; }

    /// <summary>What it is.</summary>
    public required PutKind Kind { get; init; }

    /// <summary>Sets: number of the catalogue whose indexes their records hold; offers: number of the catalogue that they make. The one of the seal has 0.</summary>
    public required long Catalogue { get; init; }

    /// <summary>How many members had been erased before it was put: whoever was erased later must not come back with it.</summary>
    public required long Erasures { get; init; }

    /// <summary>The contents; only generations read them.</summary>
    public required ReadOnlyMemory<byte> Content { get; init; }
}

/// <summary>Something that is to be put into a sealed generation, checked and packed by a node that has the generation.</summary>
/// <param name="Catalogue">Number of the catalogue that it was packed for.</param>
/// <param name="Parts">Contents, each to be put by itself, in this order.</param>
public readonly record struct PackedPut(long Catalogue, IReadOnlyList<byte[]> Parts);
