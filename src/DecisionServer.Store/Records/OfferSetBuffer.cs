namespace DecisionServer.Store;

/// <summary>A member's offer set, unpacked into arrays that are used again and again.</summary>
public sealed class OfferSetBuffer
{
    /// <summary>Offers a set can have.</summary>
    public const int Capacity = 64;

    /// <summary>Offers in the set, 0 to 64.</summary>
    public int Count { get; set; }

    /// <summary>Indexes of the offers in the catalogue, best first: by score descending, equal scores by offer id (bytes of UTF-8, ascending).</summary>
    public int[] OfferIndexes { get; } = new int[Capacity];

    /// <summary>Their scores, finite.</summary>
    public float[] Scores { get; } = new float[Capacity];
}

/// <summary>A member's affinities, unpacked into arrays that are used again and again.</summary>
public sealed class AffinityBuffer
{
    /// <summary>Affinities a member can have.</summary>
    public const int Capacity = 64;

    /// <summary>Affinities, 0 to 64.</summary>
    public int Count { get; set; }

    /// <summary>Their keys (<see cref="AffinityKey"/>), in no particular order.</summary>
    public ulong[] Keys { get; } = new ulong[Capacity];

    /// <summary>Their scores, finite.</summary>
    public float[] Scores { get; } = new float[Capacity];
}
