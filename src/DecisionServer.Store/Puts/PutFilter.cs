namespace DecisionServer.Store;

/// <summary>
/// Which records of sets that were put are taken in, as one block of the generation's log: not those of members erased since they were put.
/// </summary>
internal sealed class PutFilter(ErasureLog erasures, int offers)
{
    private byte[] _block = new byte[16 << 10];
    private int _length = BlockHeader.Bytes;

    /// <summary>Records in the block.</summary>
    public int Records { get; private set; }

    /// <summary>Room for the head, then the records.</summary>
    public Memory<byte> Block => _block.AsMemory(0, _length);

    /// <summary>Adds the records of one put; false: it is malformed.</summary>
    public bool TryAdd(GenerationPut put)
    {
        var entries = new RecordEntries(put.Content.Span);
        while (entries.TryRead(offers))
        {
            if (!erasures.HasErased(entries.Member, put.Erasures))
            {
                Append(entries.Member, entries.Record);
            }
        }

        return !entries.IsMalformed;
    }

    private void Append(in MemberKey member, ReadOnlySpan<byte> record)
    {
        int length = RecordEntries.HeadBytes + record.Length;
        if (_block.Length - _length < length)
        {
            Array.Resize(ref _block, Math.Max(_block.Length * 2, _length + length));
        }

        RecordEntries.WriteHead(_block.AsSpan(_length), member.Hash, record.Length);
        record.CopyTo(_block.AsSpan(_length + RecordEntries.HeadBytes));
        _length += length;
        Records++;
    }
}
