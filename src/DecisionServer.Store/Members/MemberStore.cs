using System.Numerics;
using FASTER.core;

namespace DecisionServer.Store;

/// <summary>
/// Member state in memory: two records a member, its state and its counters, found by the hash of its id and verified by an
/// independent check. Reads never see half a change, allocate nothing, and wait for a writer at most for the copy of one record.
/// </summary>
/// <remarks>
/// Whoever writes a member holds its lock (<see cref="LockOf"/>): the journal's thread, and decisions that count impressions.
/// Records are never removed from the log: an erased member's are overwritten with an empty one, whose place the next member of the same hash takes.
/// </remarks>
public sealed class MemberStore : IDisposable
{
    private const int PageBytes = 1 << 20;
    private const ulong CounterSalt = 0xC2B2AE3D27D4EB4F;
    private const int Stripes = 256;

    [ThreadStatic]
    private static byte[]? _scratch;

    private readonly FasterKV<long, SpanByte> _store;
    private readonly SessionPool<ulong, MemberOutput, MemberFunctions> _sessions;
    private readonly Lock[] _locks = [.. Enumerable.Range(0, Stripes).Select(_ => new Lock())];
    private readonly Lock _insert = new();
    private readonly long _maxBytes;

    /// <summary>Makes an empty one.</summary>
    public MemberStore(MemberStoreOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxBytes, 1 << 20);
        _maxBytes = options.MaxBytes;

        // Two records a member, four to seven for each bucket of seven; 64 bytes a bucket.
        var buckets = Math.Clamp((long)BitOperations.RoundUpToPowerOf2((ulong)Math.Max(1, options.ExpectedMembers * 2 / 5)), 1 << 10, 1 << 24);
        _store = new FasterKV<long, SpanByte>(new FasterKVSettings<long, SpanByte>
        {
            IndexSize = buckets * 64,
            LogDevice = new NullDevice(),
            PageSize = PageBytes,
            // Twice the limit: the log must neither reach its end, where FASTER drops what is oldest without a word, nor
            // its read-only part, where every change would append. Pages are allocated as they fill.
            MemorySize = Math.Max(16 * PageBytes, (long)BitOperations.RoundUpToPowerOf2((ulong)_maxBytes) * 2),
            MutableFraction = 0.9,
            ConcurrencyControlMode = ConcurrencyControlMode.RecordIsolation,
            ReadCopyOptions = ReadCopyOptions.None,
        });
        var functions = new MemberFunctions();
        _sessions = new(() => _store.For(functions).NewSession<MemberFunctions>());
    }

    /// <summary>Bytes of records, outgrown ones included.</summary>
    public long RecordBytes => _store.Log.TailAddress - _store.Log.BeginAddress;

    /// <summary>Bytes of memory that records and index take up.</summary>
    public long MemoryBytes => RecordBytes + (_store.IndexSize * 64) + (_store.OverflowBucketCount * 64);

    /// <summary>
    /// Whether new members may still be taken: a sixteenth of the memory is kept back for those who are there, so that what is
    /// acknowledged can always be shown.
    /// </summary>
    public bool HasRoom => RecordBytes < _maxBytes - (_maxBytes / 16);

    /// <summary>Whether nothing more may be stored at all.</summary>
    public bool IsFull => RecordBytes >= _maxBytes;

    /// <summary>The lock that whoever changes this member holds. Held for microseconds only.</summary>
    public Lock LockOf(in MemberKey member) => _locks[(int)(member.Hash >> 40) & (Stripes - 1)];

    /// <summary>Reads a member's state. False: nothing is known of it, the buffer is empty.</summary>
    public bool TryRead(in MemberKey member, MemberStateBuffer into)
    {
        var output = new MemberOutput { State = into };
        if (Find((long)member.Hash, member.Check, ref output, out _)) return true;
        into.Clear();
        return false;
    }

    /// <summary>Reads a member's counters. False: it has none, the buffer is empty.</summary>
    public bool TryRead(in MemberKey member, MemberCounters into)
    {
        var output = new MemberOutput { Counters = into };
        if (Find((long)(member.Hash ^ CounterSalt), member.Check, ref output, out _)) return true;
        into.Clear();
        return false;
    }

    /// <summary>Replaces a member's state. The caller holds the member's lock, or nobody reads yet.</summary>
    public void Put(in MemberKey member, MemberStateBuffer state)
    {
        var size = MemberRecordCodec.ClassOf(MemberRecordCodec.SizeOf(state));
        var scratch = Scratch(size);
        MemberRecordCodec.Write(member.Check, state, scratch);
        Write((long)member.Hash, member.Check, scratch);
    }

    /// <summary>Replaces a member's counters. The caller holds the member's lock, or nobody reads yet.</summary>
    public void Put(in MemberKey member, MemberCounters counters)
    {
        var size = MemberRecordCodec.ClassOf(MemberRecordCodec.SizeOf(counters));
        var scratch = Scratch(size);
        MemberRecordCodec.Write(member.Check, counters, scratch);
        Write((long)(member.Hash ^ CounterSalt), member.Check, scratch);
    }

    /// <summary>Forgets a member: its bytes in memory are overwritten. The caller holds the member's lock.</summary>
    public void Remove(in MemberKey member)
    {
        Empty((long)member.Hash, member.Check);
        Empty((long)(member.Hash ^ CounterSalt), member.Check);
    }

    /// <summary>A sum over all that is held, equal on nodes that hold the same. Takes time in proportion to it; exact while nothing changes.</summary>
    public ulong Digest()
    {
        var digest = new MemberDigest();
        var session = _sessions.Rent();
        try
        {
            using var records = session.Iterate();
            while (records.GetNext(out _)) digest.Add(records.GetValue().AsReadOnlySpan());
        }
        finally
        {
            _sessions.Return(session);
        }

        return digest.Sum;
    }

    /// <summary>Lets go of the memory; call when no operation is under way any more.</summary>
    public void Dispose()
    {
        _sessions.Dispose();
        _store.Dispose();
    }

    private static Span<byte> Scratch(int size)
    {
        if (_scratch is null || _scratch.Length < size) _scratch = new byte[size];
        var scratch = _scratch.AsSpan(0, size);
        scratch.Clear();
        return scratch;
    }

    private void Empty(long key, ulong check)
    {
        MemberOutput output = default;
        if (Find(key, check, ref output, out var found)) Upsert(found, Scratch(output.Length));
    }

    private void Write(long key, ulong check, ReadOnlySpan<byte> record)
    {
        MemberOutput output = default;
        if (Find(key, check, ref output, out var found))
        {
            Upsert(found, record);
            return;
        }

        // A new member takes the first place of its hash that is free; two of them must not take the same.
        lock (_insert)
        {
            Find(key, 0, ref output, out found);
            Upsert(found, record);
        }
    }

    private unsafe void Upsert(long key, ReadOnlySpan<byte> record)
    {
        var session = _sessions.Rent();
        try
        {
            fixed (byte* bytes = record)
            {
                var value = SpanByte.FromPointer(bytes, record.Length);
                session.Upsert(ref key, ref value);
            }
        }
        finally
        {
            _sessions.Return(session);
        }
    }

    // Two members may share a hash: the next keys are tried, which is sound because records are never removed. Looks for the record
    // with a check; false: there is none, and with check 0 the key is the first free one.
    private bool Find(long key, ulong check, ref MemberOutput output, out long found)
    {
        var session = _sessions.Rent();
        try
        {
            for (found = key; ; found = unchecked(found + 1))
            {
                var status = session.Read(ref found, ref check, ref output);
                if (!status.Found) return false;
                if (output.Check == check) return check != 0;
            }
        }
        finally
        {
            _sessions.Return(session);
        }
    }
}
