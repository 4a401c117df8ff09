using System.Numerics;
using FASTER.core;

namespace DecisionServer.Store;

/// <summary>What became of a record that was to be stored.</summary>
public enum InsertOutcome
{
    /// <summary>Stored.</summary>
    Inserted,

    /// <summary>The member has a record of this kind already; it stays.</summary>
    DuplicateMember,

    /// <summary>Another member's id has the same 64-bit hash; its record stays. About one load in 20,000 of 42 million members.</summary>
    HashCollision,

    /// <summary>The store has reached its limit of memory.</summary>
    Full,
}

/// <summary>
/// The offer sets and affinities of one generation, in memory: two records a member at most, found by the hash of its id
/// and verified by an independent check. Reads are lock-free, allocate nothing and never wait for writers.
/// </summary>
/// <remarks>
/// Affinities have a record of their own, under the member's hash combined with a constant: the two arrive from different files
/// in different orders, and next best offers do not read them.
/// </remarks>
public sealed class OfferSetStore : IDisposable
{
    // Small pages: they cost nothing where all lie in one range, and the two that FASTER makes before they are placed are for nothing.
    private const int LeastPageBytes = 1 << 20;
    private const int MostPages = 1 << 15;

    // Fewer than seven, which a bucket of 64 bytes holds: 42 million members then have an index of half a gibibyte.
    private const double RecordsPerBucket = 5.5;
    private const long LeastBuckets = 1 << 10;

    internal const ulong AffinitySalt = 0x9E3779B97F4A7C15;

    private FasterKV<long, SpanByte> _store;
    private readonly SessionPool<SetInput, SetOutput, OfferSetFunctions> _sessions;
    private readonly long _maxBytes;
    private readonly int _pageBytes;
    private FasterInside _inside;
    private SetBuilder? _building;

    /// <summary>Makes an empty store.</summary>
    /// <param name="expectedRecords">Records to come; sizes the index. Too few costs speed only.</param>
    /// <param name="maxBytes">Most bytes of records, a positive number; beyond it inserts answer <see cref="InsertOutcome.Full"/>.</param>
    public OfferSetStore(long expectedRecords, long maxBytes)
        : this(expectedRecords, maxBytes, reserve: true)
    {
    }

    /// <summary>Makes an empty store, whose memory FASTER finds by itself unless a range is reserved for it.</summary>
    internal OfferSetStore(long expectedRecords, long maxBytes, bool reserve)
    {
        _maxBytes = maxBytes;

        // Twice the limit: the log must neither reach its end, where FASTER drops what is oldest without a word, nor
        // its read-only part, where the in-place callback that tells of duplicates is not called. Memory comes as it fills.
        long buckets = BucketsFor(expectedRecords);
        long logBytes = Math.Max(16L * LeastPageBytes, (long)BitOperations.RoundUpToPowerOf2((ulong)maxBytes) * 2);
        _pageBytes = (int)Math.Max(LeastPageBytes, logBytes / MostPages);
        StoreMemory? memory = reserve ? StoreMemory.TryReserve((buckets * 64) + logBytes) : null;
        var settings = new FasterKVSettings<long, SpanByte>
        {
            IndexSize = (memory is null ? buckets : LeastBuckets) * 64,
            LogDevice = new NullDevice(),
            PageSize = _pageBytes,
            MemorySize = logBytes,
            MutableFraction = 0.9,
            ConcurrencyControlMode = ConcurrencyControlMode.None,
            ReadCopyOptions = ReadCopyOptions.None,
            EqualityComparer = new MemberHashComparer { Memory = memory },
        };
        _store = new FasterKV<long, SpanByte>(settings);
        _inside = new FasterInside(_store);
        if (memory is not null)
        {
            _inside.PlaceIndex(memory.Start, buckets);
            _inside.PlacePages(memory.Start + (nint)(buckets * 64), _pageBytes);
        }

        _sessions = new(() => _store.For(default(OfferSetFunctions)).NewSession<OfferSetFunctions>());
    }

    /// <summary>Bytes of memory that records and index take up.</summary>
    public long MemoryBytes => LogBytes + (_store.IndexSize * 64) + (_store.OverflowBucketCount * 64);

    /// <summary>Bytes that an index for so many records takes up.</summary>
    public static long IndexBytes(long expectedRecords) => BucketsFor(expectedRecords) * 64;

    /// <summary>Whether so many more bytes of records fit.</summary>
    public bool HasRoom(long bytes) => LogBytes + bytes <= _maxBytes;

    private long LogBytes => _building?.Bytes ?? (_store.Log.TailAddress - _store.Log.BeginAddress);

    /// <summary>Begins to fill the store from several threads at once. It must be empty, and nobody may read or write it otherwise before <see cref="EndBuild"/>.</summary>
    internal SetBuilder BeginBuild() => _building = new(_inside, _pageBytes, _maxBytes);

    /// <summary>Ends what <see cref="BeginBuild"/> began, when all writers are done.</summary>
    internal void EndBuild()
    {
        _building?.Complete();
        _building = null;
    }

    /// <summary>Stores a packed record of a member that has none of its kind yet.</summary>
    public InsertOutcome Insert(in MemberKey member, ReadOnlySpan<byte> record) => Write(member, record, replace: false);

    /// <summary>Stores a packed record in place of the one that may be there: readers see the old one or the new one, whole.</summary>
    public InsertOutcome Replace(in MemberKey member, ReadOnlySpan<byte> record) => Write(member, record, replace: true);

    /// <summary>Takes a member's offers and affinities away: records without any stand in their place. Fits always, the log has room beyond the limit.</summary>
    /// <returns>Whether there were records.</returns>
    public bool Erase(in MemberKey member)
    {
        Span<byte> record = stackalloc byte[RecordCodec.MaxBytes];
        bool offers = Contains(member), affinities = TryRead(member, member.Hash ^ AffinitySalt, default);
        if (offers)
        {
            Upsert(member, record[..RecordCodec.PackOffers(member.Check, [], record)], replace: true);
        }

        if (affinities)
        {
            Upsert(member, record[..RecordCodec.PackAffinities(member.Check, [], record)], replace: true);
        }

        return offers || affinities;
    }

    /// <summary>Reads a member's offer set. False: there is none (an empty one counts as none).</summary>
    public bool TryReadOffers(in MemberKey member, OfferSetBuffer into) =>
        TryRead(member, member.Hash, new SetOutput { Offers = into }) && into.Count > 0;

    /// <summary>Reads a member's affinities. False: there are none.</summary>
    public bool TryReadAffinities(in MemberKey member, AffinityBuffer into) =>
        TryRead(member, member.Hash ^ AffinitySalt, new SetOutput { Affinities = into }) && into.Count > 0;

    /// <summary>Whether there is an offer set under this hash with this check.</summary>
    public bool Contains(in MemberKey member) => TryRead(member, member.Hash, default);

    /// <summary>Whether another member, whose id has the same 64-bit hash, has an offer set or affinities.</summary>
    public bool HoldsStranger(in MemberKey member) =>
        Find(member, member.Hash, default).IsStranger || Find(member, member.Hash ^ AffinitySalt, default).IsStranger;

    /// <summary>Up to <paramref name="count"/> members with an offer set, taken from stretches spread evenly over the store.</summary>
    public IReadOnlyList<MemberKey> Sample(int count)
    {
        const int Stretches = 64;
        var members = new List<MemberKey>();
        long begin = _store.Log.BeginAddress, end = _store.Log.TailAddress;
        long pages = ((end - 1) / _pageBytes) + 1;
        long stride = Math.Max(1, pages / Stretches);
        int perStretch = (int)Math.Max(1, count / Math.Min(Stretches, pages));
        for (long page = 0; page < pages && members.Count < count; page += stride)
        {
            // Records never straddle pages, so a page's first byte begins one.
            long from = Math.Max(begin, page * (long)_pageBytes), to = Math.Min(end, (page + 1) * (long)_pageBytes);
            if (from >= to)
            {
                continue;
            }

            using IFasterScanIterator<long, SpanByte> scan = _store.Log.Scan(from, to, ScanBufferingMode.NoBuffering);
            for (int taken = 0; taken < perStretch && scan.GetNext(out _);)
            {
                ReadOnlySpan<byte> record = scan.GetValue().AsReadOnlySpan();
                if (RecordCodec.IsOffers(record))
                {
                    members.Add(new MemberKey((ulong)scan.GetKey(), BitConverter.ToUInt64(record)));
                    taken++;
                }
            }
        }

        return members;
    }

    /// <summary>Lets go of the memory (the system gets it back at the next full collection); call when no operation is under way any more.</summary>
    public void Dispose()
    {
        _sessions.Dispose();
        _store.Dispose();

        // Nothing may hold on to the memory but who still reads it: not whoever holds on to this.
        _building?.Abandon();
        (_store, _inside, _building) = (null!, null!, null);
    }

    /// <summary>What a member's record is found by.</summary>
    internal static ulong KeyOf(in MemberKey member, ReadOnlySpan<byte> record) =>
        (RecordCodec.IsOffers(record) ? member.Hash : member.Hash ^ AffinitySalt);

    internal static InsertOutcome OutcomeOf(in SetOutput output, bool replace) =>
        output.IsStranger ? InsertOutcome.HashCollision
        : output.IsMember && !replace ? InsertOutcome.DuplicateMember
        : InsertOutcome.Inserted;

    private static long BucketsFor(long expectedRecords) =>
        Math.Clamp((long)BitOperations.RoundUpToPowerOf2((ulong)Math.Max(1, expectedRecords / RecordsPerBucket)), LeastBuckets, 1 << 25);

    private InsertOutcome Write(in MemberKey member, ReadOnlySpan<byte> record, bool replace) =>
        HasRoom(record.Length) ? Upsert(member, record, replace) : InsertOutcome.Full;

    private unsafe InsertOutcome Upsert(in MemberKey member, ReadOnlySpan<byte> record, bool replace)
    {
        long key = (long)KeyOf(member, record);
        var input = new SetInput { Check = member.Check, Replace = replace };
        SetOutput output = default;
        var session = _sessions.Rent();
        try
        {
            fixed (byte* bytes = record)
            {
                SpanByte value = SpanByte.FromPointer(bytes, record.Length);
                session.Upsert(ref key, ref input, ref value, ref output);
            }
        }
        finally
        {
            _sessions.Return(session);
        }

        return OutcomeOf(output, replace);
    }

    private bool TryRead(in MemberKey member, ulong hash, SetOutput output) => Find(member, hash, output).IsMember;

    private SetOutput Find(in MemberKey member, ulong hash, SetOutput output)
    {
        long key = (long)hash;
        var input = new SetInput { Check = member.Check };
        var session = _sessions.Rent();
        session.Read(ref key, ref input, ref output);
        _sessions.Return(session);
        return output;
    }
}
