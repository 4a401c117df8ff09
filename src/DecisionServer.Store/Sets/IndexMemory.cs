using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace DecisionServer.Store;

/// <summary>
/// Where FASTER's hash index lies, so that a bucket can be asked for some time before it is needed: a bulk insert otherwise waits for main
/// memory once a record. Where the processor has no such instruction, nothing is fetched ahead.
/// </summary>
internal readonly unsafe struct IndexMemory
{
    private const int BucketBytes = 64;

    private readonly byte* _buckets;
    private readonly ulong _mask;

    private IndexMemory(byte* buckets, ulong mask)
    {
        _buckets = buckets;
        _mask = mask;
    }

    /// <summary>The index of a store whose keys are their own hashes (<see cref="MemberHashComparer"/>) and which never grows.</summary>
    public static IndexMemory Of(FasterInside inside) => Sse.IsSupported ? new((byte*)inside.Index.Buckets, inside.Index.Mask) : default;

    /// <summary>Asks for the bucket of a key; does not wait.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Fetch(ulong key)
    {
        if (_buckets is not null)
        {
            Sse.Prefetch0(_buckets + ((key & _mask) * BucketBytes));
        }
    }
}
