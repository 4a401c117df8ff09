using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using FASTER.core;

namespace DecisionServer.Store;

/// <summary>
/// Where FASTER's hash index lies, so that a bucket can be asked for some time before it is needed: a bulk insert otherwise waits for main
/// memory once a record. FASTER does not tell, so its fields are read; where they are not what 2.6.5 has, nothing is fetched ahead.
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
    public static IndexMemory Of(FasterBase store)
    {
        object? table = (typeof(FasterBase).GetField("state", BindingFlags.NonPublic | BindingFlags.Instance)?.GetValue(store) as Array)?.GetValue(0);
        object? buckets = Field("tableAligned"), mask = Field("size_mask");
        return Sse.IsSupported && buckets is Pointer pointer && mask is long bits ? new((byte*)Pointer.Unbox(pointer), (ulong)bits) : default;

        object? Field(string name) => table?.GetType().GetField(name, BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance)?.GetValue(table);
    }

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
