namespace DecisionServer.Load.Wire;

/// <summary>
/// Header blocks repeat byte by byte (the date changes once a second): one that was read lately is not read again. Answers and refusals come in
/// turns, so there is more than one.
/// </summary>
internal sealed class HeaderCache
{
    private readonly (byte[] Block, AnswerHeaders Headers)[] _known = [([], default), ([], default), ([], default), ([], default)];
    private int _next;

    public AnswerHeaders Read(ReadOnlySpan<byte> block)
    {
        foreach ((byte[] known, AnswerHeaders read) in _known)
        {
            if (known.Length > 0 && block.SequenceEqual(known))
                return read;
        }

        AnswerHeaders headers = HeaderBlock.Read(block);
        _known[_next++ % _known.Length] = (block.ToArray(), headers);
        return headers;
    }
}
