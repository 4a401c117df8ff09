namespace DecisionServer.Store;

/// <summary>Single members' sets, packed into one block.</summary>
internal sealed class DeltaBatch(CatalogueSnapshot catalogue, OfferSetStore sets)
{
    private readonly RecordBuilder _builder = new(catalogue);
    private readonly List<RejectedSet> _rejected = [];
    private byte[] _block = new byte[16 << 10];
    private int _length = BlockHeader.Bytes;
    private int _index;

    /// <summary>Records in the block.</summary>
    public int Records { get; private set; }

    /// <summary>Sets that were refused.</summary>
    public IReadOnlyList<RejectedSet> Rejected => _rejected;

    /// <summary>Room for the head, then the records.</summary>
    public Memory<byte> Block => _block.AsMemory(0, _length);

    /// <summary>The records so far, without room for a head; the block is empty then.</summary>
    public byte[] Take()
    {
        byte[] records = _block[BlockHeader.Bytes.._length];
        (_length, Records) = (BlockHeader.Bytes, 0);
        return records;
    }

    public void Add(OfferSetConfig set)
    {
        int index = _index++;
        _builder.Read(set);
        if (!_builder.Finish(allowEmpty: true))
        {
            _rejected.Add(new RejectedSet(index, _builder.Reason, _builder.Message));
            return;
        }

        if (sets.HoldsStranger(_builder.Member))
        {
            _rejected.Add(new RejectedSet(index, RejectReason.DuplicateMember, RecordBuilder.CollisionMessage));
            return;
        }

        // An empty record stands for "none any more".
        bool clear = _builder.OfferCount + _builder.AffinityCount == 0;
        if (clear || _builder.OfferCount > 0)
        {
            Append(_builder.PackOffers(Reserve()));
        }

        if (clear || _builder.AffinityCount > 0)
        {
            Append(_builder.PackAffinities(Reserve()));
        }
    }

    private Span<byte> Reserve()
    {
        if (_block.Length - _length < RecordEntries.HeadBytes + RecordCodec.MaxBytes)
        {
            Array.Resize(ref _block, _block.Length * 2);
        }

        return _block.AsSpan(_length + RecordEntries.HeadBytes);
    }

    private void Append(int length)
    {
        RecordEntries.WriteHead(_block.AsSpan(_length), _builder.Member.Hash, length);
        _length += RecordEntries.HeadBytes + length;
        Records++;
    }
}
