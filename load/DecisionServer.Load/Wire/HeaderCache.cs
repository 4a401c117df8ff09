namespace DecisionServer.Load.Wire;

/// <summary>Header blocks repeat byte by byte (the date changes once a second): the last one read is not read again.</summary>
internal sealed class HeaderCache
{
    private byte[] _block = [];
    private AnswerHeaders _headers;

    public AnswerHeaders Read(ReadOnlySpan<byte> block)
    {
        if (_block.Length > 0 && block.SequenceEqual(_block))
            return _headers;
        _headers = HeaderBlock.Read(block);
        _block = block.ToArray();
        return _headers;
    }
}
