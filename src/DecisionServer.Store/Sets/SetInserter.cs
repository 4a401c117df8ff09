using FASTER.core;

namespace DecisionServer.Store;

/// <summary>
/// A run of inserts by one thread: one session and one entry into FASTER's epoch for all of them, and buckets of the index fetched ahead.
/// </summary>
internal readonly ref struct SetInserter
{
    private readonly OfferSetStore _store;
    private readonly SessionPool<SetInput, SetOutput, OfferSetFunctions> _sessions;
    private readonly ClientSession<long, SpanByte, SetInput, SetOutput, Empty, OfferSetFunctions> _session;
    private readonly UnsafeContext<long, SpanByte, SetInput, SetOutput, Empty, OfferSetFunctions> _context;
    private readonly IndexMemory _index;

    public SetInserter(OfferSetStore store, SessionPool<SetInput, SetOutput, OfferSetFunctions> sessions, IndexMemory index)
    {
        (_store, _sessions, _index) = (store, sessions, index);
        _session = sessions.Rent();
        _context = _session.UnsafeContext;
        _context.BeginUnsafe();
    }

    /// <summary>Says that a record of this member comes soon.</summary>
    public void Announce(ulong memberHash, bool offers = true) => _index.Fetch(offers ? memberHash : memberHash ^ OfferSetStore.AffinitySalt);

    /// <summary>Stores a packed record of a member that has none of its kind yet.</summary>
    public unsafe InsertOutcome Insert(in MemberKey member, ReadOnlySpan<byte> record)
    {
        if (!_store.HasRoom(record.Length))
        {
            return InsertOutcome.Full;
        }

        long key = OfferSetStore.KeyOf(member, record);
        var input = new SetInput { Check = member.Check };
        SetOutput output = default;
        fixed (byte* bytes = record)
        {
            SpanByte value = SpanByte.FromPointer(bytes, record.Length);
            _context.Upsert(ref key, ref input, ref value, ref output);
        }

        return OfferSetStore.OutcomeOf(output, replace: false);
    }

    public void Dispose()
    {
        _context.EndUnsafe();
        _sessions.Return(_session);
    }
}
