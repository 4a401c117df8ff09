using FASTER.core;

namespace DecisionServer.Store;

/// <summary>Keys are XXH64 hashes already: hashing them again would cost time and spread them no better.</summary>
internal sealed class MemberHashComparer : IFasterEqualityComparer<long>
{
    /// <summary>Kept for as long as FASTER keeps this comparer: the memory that its store lies in.</summary>
    public object? Memory { get; init; }

    public bool Equals(ref long k1, ref long k2) => k1 == k2;

    public long GetHashCode64(ref long k) => k;
}
