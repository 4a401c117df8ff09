namespace DecisionServer.Store;

/// <summary>
/// Sets of members of further shards on their way into a generation that is in memory: those of the seal, beside which what was put since stays. Called under the generation's
/// lock.
/// </summary>
/// <param name="id">The generation.</param>
/// <param name="sets">Its sets.</param>
/// <param name="delta">Its log.</param>
/// <param name="offers">Offers in the catalogue that it was sealed with.</param>
/// <param name="erased">Members erased since the files were made.</param>
internal sealed class JoiningSets(string id, OfferSetStore sets, DeltaLog delta, int offers, HashSet<MemberKey> erased)
{
    private const int BlockBytes = 1 << 20;

    // Whoever was erased has a record in the files, which the next start reads: an empty one in the log stands in its place.
    private readonly OfferSetBuffer _offers = new();
    private readonly AffinityBuffer _affinities = new();
    private readonly byte[] _emptied = new byte[BlockBytes + RecordEntries.HeadBytes + RecordCodec.MaxBytes];
    private int _length = BlockHeader.Bytes;
    private int _records;

    /// <summary>Takes in a segment file.</summary>
    /// <exception cref="GenerationException">Memory is full, or the file is not what it should be.</exception>
    /// <exception cref="IOException">The disk failed.</exception>
    public void Take(string segment, CancellationToken stop)
    {
        string fault = SegmentReader.Scan(segment, Insert).Fault;
        if (fault.Length > 0)
        {
            throw new GenerationException(GenerationError.Damaged, fault);
        }

        void Insert(in BlockHeader header, ReadOnlyMemory<byte> payload)
        {
            stop.ThrowIfCancellationRequested();
            var entries = new RecordEntries(payload.Span);
            while (header.Kind == BlockKind.Records && entries.TryRead(offers))
            {
                Add(entries.Member, entries.Record);
            }

            if (header.Kind != BlockKind.Records || entries.IsMalformed)
            {
                throw new GenerationException(GenerationError.Damaged, $"{segment}: holds a block out of place or a malformed record");
            }
        }
    }

    /// <summary>Makes durable what was left out.</summary>
    /// <exception cref="IOException">The disk is full or failed.</exception>
    public void Note()
    {
        if (_records > 0)
        {
            delta.Append(BlockKind.Records, _records, _emptied.AsMemory(0, _length));
            (_length, _records) = (BlockHeader.Bytes, 0);
        }
    }

    private void Add(in MemberKey member, ReadOnlySpan<byte> record)
    {
        bool isErased = erased.Contains(member);
        Span<byte> empty = _emptied.AsSpan(_length + RecordEntries.HeadBytes);
        if (isErased)
        {
            record = empty[..(RecordCodec.IsOffers(record) ? RecordCodec.PackOffers(member.Check, [], empty) : RecordCodec.PackAffinities(member.Check, [], empty))];
        }

        if (sets.Insert(member, record) == InsertOutcome.Full)
        {
            throw new GenerationException(GenerationError.StorageFull, $"generation '{id}' has reached the limit of memory (Limits:GenerationMebibytes) and takes no further shards");
        }

        if (isErased && !IsLive(member, record))
        {
            RecordEntries.WriteHead(_emptied.AsSpan(_length), member.Hash, record.Length);
            _length += RecordEntries.HeadBytes + record.Length;
            _records++;
            if (_length >= BlockBytes)
            {
                Note();
            }
        }
    }

    // Put since by somebody new of the same id.
    private bool IsLive(in MemberKey member, ReadOnlySpan<byte> record) =>
        RecordCodec.IsOffers(record) ? sets.TryReadOffers(member, _offers) : sets.TryReadAffinities(member, _affinities);
}
