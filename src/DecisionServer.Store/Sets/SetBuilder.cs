using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace DecisionServer.Store;

/// <summary>
/// Fills an empty store that nobody uses yet from several threads, much faster than inserts can: each thread writes pages of FASTER's log and entries of its
/// index by itself, as FASTER would have written them. A reader cannot tell the difference.
/// </summary>
/// <remarks>
/// A record in the log: u64 valid bit and the address of the record before it under the same entry, i64 key, i32 length, the bytes; in steps of 8. An entry of the
/// index: 14 bits of the hash, 48 bits of address; seven in a bucket, then the name of the bucket that goes on.
/// </remarks>
internal sealed unsafe class SetBuilder
{
    private const int BucketBytes = 64;
    private const int EntriesInBucket = 7;
    private const int HeadBytes = 20;
    private const int FirstAddress = 64;
    private const long AddressMask = (1L << 48) - 1;
    private const long Valid = 1L << 56;
    private const int TagShift = 48;
    private const int HashTagShift = 64 - 14;

    private readonly FasterInside _inside;
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

    /// <summary>One thread's part of the work.</summary>
    public Writer BeginWriter() => new(this);

    /// <summary>Hands the store over: call when all writers are done and nobody else uses it.</summary>
    public void Complete(IReadOnlyList<Writer> writers)
    {
        // The last page goes on where it ends; what others left free of theirs stays free.
        (int page, int offset) = (0, FirstAddress);
        foreach (Writer writer in writers)
        {
            if (writer.Page >= page && writer.End > 0)
            {
                (page, offset) = (writer.Page, writer.End);
            }
        }

        _inside.ContinueAt(page, offset);
    }

    private byte* At(long address) => (byte*)_inside.PageAddresses[address >> _pageBits] + (address & ((1L << _pageBits) - 1));

    /// <summary>Writes records, for one thread.</summary>
    public sealed class Writer
    {
        // Records between the writing of one and its entry in the index, for which its bucket is asked for: main memory takes as long as a dozen of them.
        private const int Ahead = 16;

        private readonly SetBuilder _builder;
        private readonly ulong[] _hashes = new ulong[Ahead];
        private readonly long[] _addresses = new long[Ahead];
        private long _count;
        private byte* _page;
        private int _free;

        internal Writer(SetBuilder builder) => _builder = builder;

        /// <summary>The page being written.</summary>
        internal int Page { get; private set; }

        /// <summary>Where it ends so far; 0: there is none yet.</summary>
        internal int End { get; private set; }

        /// <summary>Writes a record. False: its member has one of its kind already, or memory is full.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public bool TryWrite(ulong hash, ReadOnlySpan<byte> record)
        {
            int bytes = (HeadBytes + record.Length + 7) & ~7;
            if (bytes > _free && !TryTakePage())
            {
                return false;
            }

            // 1. Into the log.
            byte* at = _page + End;
            *(ulong*)(at + 8) = hash;
            *(int*)(at + 16) = record.Length;
            record.CopyTo(new Span<byte>(at + HeadBytes, record.Length));
            long address = ((long)Page << _builder._pageBits) | (uint)End;
            End += bytes;
            _free -= bytes;

            // 2. The bucket is on its way to the cache; meanwhile one that was asked for before takes its entry.
            Prefetch(_builder._buckets + ((hash & _builder._mask) * BucketBytes));
            int slot = (int)(_count++ % Ahead);
            bool entered = _count <= Ahead || Enter(_hashes[slot], _addresses[slot]);
            (_hashes[slot], _addresses[slot]) = (hash, address);
            return entered;
        }

        /// <summary>Makes known what was written last. False: a member of these has a record of its kind already.</summary>
        public bool TryFlush()
        {
            bool entered = true;
            for (long i = Math.Max(0, _count - Ahead); i < _count; i++)
            {
                entered &= Enter(_hashes[i % Ahead], _addresses[i % Ahead]);
            }

            _count = 0;
            return entered;
        }

        private static void Prefetch(byte* bucket)
        {
            if (Sse.IsSupported)
            {
                Sse.Prefetch0(bucket);
            }
        }

        private bool TryTakePage()
        {
            int size = 1 << _builder._pageBits;
            int page = Interlocked.Increment(ref _builder._pages) - 1;
            if (page + 1 >= _builder._inside.PageCount || Interlocked.Add(ref _builder._bytes, End) > _builder._maxBytes)
            {
                return false;
            }

            _builder._inside.EnsurePage(page);
            (Page, End) = (page, page == 0 ? FirstAddress : 0);
            _page = (byte*)_builder._inside.PageAddresses[page];
            _free = size - End;
            return true;
        }

        // Two threads may want the same bucket: the topmost bit of its last word, which FASTER keeps for that purpose, is the lock.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private bool Enter(ulong hash, long address)
        {
            long tag = (long)(hash >> HashTagShift) << TagShift;
            long* first = (long*)(_builder._buckets + ((hash & _builder._mask) * BucketBytes));
            ref long gate = ref first[EntriesInBucket];
            long link = Volatile.Read(ref gate);
            while (link < 0 || Interlocked.CompareExchange(ref gate, link | long.MinValue, link) != link)
            {
                Thread.SpinWait(1);
                link = Volatile.Read(ref gate);
            }

            bool isNew = true;
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
                    isNew = before == 0 || !Holds(before, hash);
                    if (isNew)
                    {
                        *(long*)_builder.At(address) = Valid | before;
                        Volatile.Write(ref bucket[i], tag | address);
                    }

                    break;
                }

                // 2. On to the next bucket, which may have to be made.
                long next = bucket == first ? link : bucket[EntriesInBucket];
                if (next == 0)
                {
                    next = _builder._inside.AllocateBucket();
                    if (bucket == first)
                    {
                        link = next;
                    }
                    else
                    {
                        bucket[EntriesInBucket] = next;
                    }
                }

                bucket = (long*)_builder._inside.BucketAddress(next);
            }

            Volatile.Write(ref gate, link);
            return isNew;
        }

        private bool Holds(long address, ulong hash)
        {
            for (; address != 0; address = *(long*)_builder.At(address) & AddressMask)
            {
                if (*(ulong*)(_builder.At(address) + 8) == hash)
                {
                    return true;
                }
            }

            return false;
        }
    }
}
