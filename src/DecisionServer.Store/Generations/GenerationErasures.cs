namespace DecisionServer.Store;

/// <summary>
/// How far one generation has followed the <see cref="ErasureLog"/>. That log is the truth: a generation applies it in memory, and again whenever it is opened.
/// Its own log only notes how far it was before new sets come, so that these are not taken for what was erased. Called under the generation's lock.
/// </summary>
internal sealed class GenerationErasures(OfferSetStore sets, DeltaLog delta, ErasurePosition followed, long createdTicks)
{
    private const int MembersInBlock = 500_000;
    private readonly List<MemberKey> _erased = [];
    private ErasurePosition _noted = followed;
    private ErasurePosition _followed = followed;

    /// <summary>Takes away what the sets hold of members erased since.</summary>
    public void Follow(ErasureLog log)
    {
        List<ErasedMember> since = log.After(_followed, createdTicks, out ErasurePosition end);
        foreach (ErasedMember entry in since)
        {
            if (sets.Erase(entry.Member))
            {
                _erased.Add(entry.Member);
            }
        }

        _followed = end;
    }

    /// <summary>Makes durable how far it has followed.</summary>
    /// <exception cref="IOException">The disk is full or failed.</exception>
    public void Note()
    {
        if (_noted == _followed && _erased.Count == 0)
        {
            return;
        }

        // The last block alone says that all are there.
        for (int from = 0; from == 0 || from < _erased.Count; from += MembersInBlock)
        {
            List<MemberKey> members = _erased.GetRange(from, Math.Min(MembersInBlock, _erased.Count - from));
            bool last = from + members.Count == _erased.Count;
            delta.Append(BlockKind.Erasures, members.Count, ErasureBlock.Make(last ? _followed : _noted, members));
        }

        _noted = _followed;
        _erased.Clear();
    }
}
