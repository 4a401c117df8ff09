using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace DecisionServer.Store;

/// <summary>
/// Fills an empty store from several threads, much faster than inserts can: each thread writes pages of FASTER's log and entries of its index by itself, as
/// FASTER would have written them. A reader cannot tell the difference; there must be none before <see cref="Complete"/>.
/// </summary>
/// <remarks>
/// A record in the log: u64 valid bit and the address of the record before it under the same entry, i64 key, i32 length, the bytes; in steps of 8. An entry of the
/// index: 14 bits of the hash, 48 bits of address; seven in a bucket, then the name of the bucket that goes on.
/// </remarks>
internal sealed unsafe class SetBuilder
{
    /// <summary>Bytes of a record in the log before its own.</summary>
    internal const int HeadBytes = 20;

    private const int BucketBytes = 64;
    private const int EntriesInBucket = 7;
    private const int FirstAddress = 64;
    private const long AddressMask = (1L << 48) - 1;
    private const long Valid = 1L << 56;
    private const int TagShift = 48;
    private const int HashTagShift = 64 - 14;

    private FasterInside _inside;
    private readonly Lock _gate = new();
    private readonly List<SetWriter> _writers = [];
    private readonly byte* _buckets;
    private readonly ulong _mask;
    private readonly int _pageBits;
    private readonly long _maxBytes;
    private int _pages;
    private long _bytes;

    /// <summary>One for a store of which nothing was written or read yet.</summary>
    public SetBuilder(FasterInside inside, int pageBytes, long maxBytes)
    {
        (_inside, _maxBytes) = (inside, maxBytes);
        (nint buckets, _mask) = inside.Index;
        _buckets = (byte*)buckets;
        _pageBits = BitOperations.Log2((uint)pageBytes);
    }

    /// <summary>Bytes of the pages that were begun.</summary>
    public long Bytes => (long)Volatile.Read(ref _pages) << _pageBits;

    /// <summary>One thread's part of the work.</summary>
    public SetWriter BeginWriter()
    {
        var writer = new SetWriter(this);
        lock (_gate)
        {
            _writers.Add(writer);
        }

        return writer;
    }

    /// <summary>Hands the store over: call when all writers are done and nobody else uses it.</summary>
    public void Complete()
    {
        // The last page goes on where it ends; what others left free of theirs stays free.
        (int page, int offset) = (0, FirstAddress);
        foreach (SetWriter writer in _writers)
        {
            if (writer.Page >= page && writer.End > 0)
            {
                (page, offset) = (writer.Page, writer.End);
            }
        }

        _inside.ContinueAt(page, offset);
        Abandon();
    }

    /// <summary>Lets go of the store: nobody writes any more, and whoever still holds a writer must not hold its memory.</summary>
    public void Abandon() => _inside = null!;

    /// <summary>The next page of the log, and what of it is taken already. Null: memory is full.</summary>
    /// <param name="bytes">What the one before holds.</param>
    /// <param name="page">Its number.</param>
    /// <param name="taken">Bytes at its begin that are no record's.</param>
    /// <param name="free">Bytes behind these.</param>
    internal byte* TakePage(int bytes, out int page, out int taken, out int free)
    {
        page = Interlocked.Increment(ref _pages) - 1;
        taken = page == 0 ? FirstAddress : 0;
        free = (1 << _pageBits) - taken;
        if (page + 1 >= _inside.PageCount || Interlocked.Add(ref _bytes, bytes) > _maxBytes)
        {
            return null;
        }

        _inside.EnsurePage(page);
        return (byte*)_inside.PageAddresses[page];
    }

    /// <summary>The address of a place in a page.</summary>
    internal long AddressOf(int page, int offset) => ((long)page << _pageBits) | (uint)offset;

    /// <summary>The bytes of the record at an address.</summary>
    internal ReadOnlySpan<byte> RecordAt(long address) => new(At(address) + HeadBytes, *(int*)(At(address) + HeadBytes - sizeof(int)));

    /// <summary>Asks main memory for the bucket of a hash; does not wait. Where the processor has no such instruction nothing happens.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Fetch(ulong hash)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(_buckets + ((hash & _mask) * BucketBytes));
        }
    }

    /// <summary>Makes a record known, unless there is one of its hash already.</summary>
    /// <returns>The address of the one that is there; 0: none, it is known now.</returns>
    // Two threads may want the same bucket: the topmost bit of its last word, which FASTER keeps for that purpose, is the lock.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal long Enter(ulong hash, long address)
    {
        long tag = (long)(hash >> HashTagShift) << TagShift;
        long* first = (long*)(_buckets + ((hash & _mask) * BucketBytes));
        ref long gate = ref first[EntriesInBucket];
        long link = Take(ref gate);
        long there = 0;
        for (long* bucket = first; ;)
        {
            // 1. The entry of this tag, or the first free one: they fill up in order.
            int i = 0;
            while (i < EntriesInBucket && bucket[i] != 0 && (bucket[i] & ~AddressMask) != tag)
            {
                i++;
            }

            if (i < EntriesInBucket)
            {
                long before = bucket[i] & AddressMask;
                there = before == 0 ? 0 : Find(before, hash);
                if (there == 0)
                {
                    *(long*)At(address) = Valid | before;
                    Volatile.Write(ref bucket[i], tag | address);
                }

                break;
            }

            // 2. On to the next bucket, which may have to be made.
            long next = bucket == first ? link : bucket[EntriesInBucket];
            if (next == 0)
            {
                next = _inside.AllocateBucket();
                if (bucket == first)
                {
                    link = next;
                }
                else
                {
                    bucket[EntriesInBucket] = next;
                }
            }

            bucket = (long*)_inside.BucketAddress(next);
        }

        Volatile.Write(ref gate, link);
        return there;
    }

    // Whoever holds it may have lost its processor (a load gives way to everything): so this spins a little and then sleeps.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Take(ref long gate)
    {
        long link = Volatile.Read(ref gate);
        if (link >= 0 && Interlocked.CompareExchange(ref gate, link | long.MinValue, link) == link)
        {
            return link;
        }

        return TakeLater(ref gate);
    }

    private static long TakeLater(ref long gate)
    {
        var spin = default(SpinWait);
        while (true)
        {
            long link = Volatile.Read(ref gate);
            if (link >= 0 && Interlocked.CompareExchange(ref gate, link | long.MinValue, link) == link)
            {
                return link;
            }

            spin.SpinOnce();
        }
    }

    private byte* At(long address) => (byte*)_inside.PageAddresses[address >> _pageBits] + (address & ((1L << _pageBits) - 1));

    private long Find(long address, ulong hash)
    {
        while (address != 0 && *(ulong*)(At(address) + 8) != hash)
        {
            address = *(long*)At(address) & AddressMask;
        }

        return address;
    }
}
