namespace DecisionServer.Store;

/// <summary>What became of a chunk.</summary>
/// <param name="Accepted">Sets stored.</param>
/// <param name="Rejected">Sets refused.</param>
/// <param name="Repeated">The chunk had been stored before; nothing was done.</param>
public readonly record struct ChunkResult(int Accepted, IReadOnlyList<RejectedSet> Rejected, bool Repeated);

/// <summary>One numbered stream of chunks into a loading generation. One chunk is taken at a time.</summary>
internal sealed class LoadStream(string id, byte number, CatalogueSnapshot catalogue, SetWriter sets, SegmentWriter segments, ShardSet? shards = null)
{
    private readonly RecordBuilder _builder = new(catalogue);
    private readonly List<RejectedSet> _rejected = [];
    private readonly OfferSetBuffer _restored = new();
    private byte[] _block = new byte[128 << 10];
    private int _length;
    private int _records;
    private int _accepted;
    private int _index;

    public string Id { get; } = id;

    public byte Number { get; } = number;

    /// <summary>The last chunk stored; 0: none.</summary>
    public ulong Sequence { get; set; }

    public Statistics Statistics { get; } = new(catalogue.Count);

    /// <summary>Guards the stream: of two callers, one may be a connection that died without its handler having noticed yet.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Puts a chunk into memory, then into the segment files, and counts it as stored.</summary>
    /// <exception cref="IOException">The disk is full or failed.</exception>
    /// <exception cref="GenerationException">Memory is full.</exception>
    public ChunkResult Store(ulong sequence, ref PackedSets packed)
    {
        Begin();
        while (packed.TryBegin(_builder))
        {
            // While its parts are read its place in the index comes from main memory.
            sets.Announce(_builder.Member.Hash);
            packed.ReadParts(_builder);
            Store();
        }

        return Commit(sequence);
    }

    /// <inheritdoc cref="Store(ulong, ref PackedSets)"/>
    public ChunkResult Store(ulong sequence, IReadOnlyList<OfferSetConfig> configs)
    {
        Begin();
        foreach (OfferSetConfig config in configs)
        {
            _builder.Read(config);
            Store();
        }

        return Commit(sequence);
    }

    /// <summary>Takes a block of this stream back into memory, as it was stored.</summary>
    public void Restore(in BlockHeader header, ReadOnlySpan<byte> payload)
    {
        var entries = new RecordEntries(payload);
        while (entries.TryRead(catalogue.Count) && sets.Insert(OfferSetStore.KeyOf(entries.Member, entries.Record), entries.Record) == InsertOutcome.Inserted)
        {
            if (RecordCodec.IsOffers(entries.Record))
            {
                RecordCodec.UnpackOffers(entries.Record, _restored);
                Statistics.AddOffers(_restored);
            }
            else
            {
                Statistics.AddAffinities();
            }
        }

        Statistics.AddRejected(header.Rejected);
        Sequence = header.Sequence;
    }

    private void Begin()
    {
        (_length, _records, _accepted, _index) = (BlockHeader.Bytes, 0, 0, 0);
        _rejected.Clear();
    }

    private ChunkResult Commit(ulong sequence)
    {
        segments.Append(BlockKind.Records, Number, sequence, _records, _rejected.Count, _block.AsSpan(0, _length));
        Statistics.AddRejected(_rejected.Count);
        Sequence = sequence;
        return new ChunkResult(_accepted, _rejected.Count == 0 ? [] : [.. _rejected], Repeated: false);
    }

    private void Store()
    {
        int index = _index++;
        if (!_builder.Finish(allowEmpty: false))
        {
            _rejected.Add(new RejectedSet(index, _builder.Reason, _builder.Message));
            return;
        }

        if (shards is not null && !shards.Holds(_builder.Member))
        {
            _rejected.Add(new RejectedSet(index, RejectReason.OtherShard,
                $"the member belongs to shard {ShardSet.ShardOf(_builder.Member.Hash, shards.Count)}, and this load takes shards {shards}; send the set to the node that owns it"));
            return;
        }

        // Offers and affinities of a member may come in sets of their own, so each is stored or refused for itself.
        bool stored = true;
        if (_builder.OfferCount > 0)
        {
            Span<byte> record = Reserve();
            stored = Store(index, record[.._builder.PackOffers(record)]);
            if (stored)
            {
                Statistics.AddOffers(_builder.Offers);
            }
        }

        if (stored && _builder.AffinityCount > 0)
        {
            Span<byte> record = Reserve();
            stored = Store(index, record[.._builder.PackAffinities(record)]);
            if (stored)
            {
                Statistics.AddAffinities();
            }
        }

        _accepted += stored ? 1 : 0;
    }

    private Span<byte> Reserve()
    {
        if (_block.Length - _length < RecordEntries.HeadBytes + RecordCodec.MaxBytes)
        {
            Array.Resize(ref _block, _block.Length * 2);
        }

        return _block.AsSpan(_length + RecordEntries.HeadBytes);
    }

    private bool Store(int index, ReadOnlySpan<byte> record)
    {
        MemberKey member = _builder.Member;
        switch (sets.Insert(OfferSetStore.KeyOf(member, record), record))
        {
            case InsertOutcome.Inserted:
                RecordEntries.WriteHead(_block.AsSpan(_length), member.Hash, record.Length);
                _length += RecordEntries.HeadBytes + record.Length;
                _records++;
                return true;
            case InsertOutcome.DuplicateMember:
                _rejected.Add(new RejectedSet(index, RejectReason.DuplicateMember,
                    $"the member has {(RecordCodec.IsOffers(record) ? "an offer set" : "affinities")} already (in a file: its rows are not together)"));
                return false;
            case InsertOutcome.HashCollision:
                _rejected.Add(new RejectedSet(index, RejectReason.DuplicateMember, RecordBuilder.CollisionMessage));
                return false;
            default:
                throw new GenerationException(GenerationError.StorageFull,
                    "the generation has reached the limit of memory (Limits:GenerationMebibytes, or what Limits:MemoryMebibytes leaves it); load fewer sets, drop another generation, or raise the limit");
        }
    }
}
