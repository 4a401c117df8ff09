using Microsoft.Extensions.Logging;

namespace DecisionServer.Journal;

/// <summary>
/// Applies changes strictly in order, whichever way they come: those of others as they are, the own one through its commands. One place: the number of the last
/// change applied. While an own commit is under way its change, should it come back as news already, waits for it, and so does what comes after it.
/// </summary>
internal sealed class ChangeOrder(IChangeVisitor visitor, Guid writer, ILogger logger)
{
    // What waits for an own commit. More than this is read from truth afterwards.
    private const int MaxWaiting = 10_000;

    private readonly Lock _gate = new();
    private readonly List<Change> _waiting = [];
    private string _epoch = "";
    private long _applied;
    private long _known;
    private long _underWay;
    private bool _replayNeeded = true;

    public string Epoch => Volatile.Read(ref _epoch);

    public long Applied => Volatile.Read(ref _applied);

    public long Known => Math.Max(Volatile.Read(ref _known), Applied);

    /// <summary>Serving is not known to be right at <see cref="Applied"/>: everything has to be handed over anew.</summary>
    public bool ReplayNeeded => Volatile.Read(ref _replayNeeded);

    public void NeedReplay() => Volatile.Write(ref _replayNeeded, true);

    /// <summary>A number was seen.</summary>
    public void Know(long sequence)
    {
        for (var known = Volatile.Read(ref _known); sequence > known;)
        {
            var found = Interlocked.CompareExchange(ref _known, sequence, known);
            if (found == known) return;
            known = found;
        }
    }

    /// <summary>News. False: there is a gap.</summary>
    public bool Follow(IReadOnlyList<Change> changes)
    {
        lock (_gate)
        {
            if (changes.Count > 0 && !ReplayNeeded) Know(changes[^1].Sequence);
            return TryFollow(changes);
        }
    }

    /// <summary>An own commit is about to be sent.</summary>
    public void Begin(long batch)
    {
        lock (_gate) _underWay = batch;
    }

    /// <summary>The own commit did not happen, or it is open whether it did: then it comes back as a change like another's.</summary>
    public void Release()
    {
        lock (_gate)
        {
            _underWay = 0;
            FollowWaiting();
        }
    }

    /// <summary>The own commit has happened: applies what others committed before it, then itself.</summary>
    /// <returns>False: what was there before it could not be applied, or itself; everything is to be handed over anew.</returns>
    public bool Committed(long sequence, IReadOnlyList<Change> before, Action apply)
    {
        lock (_gate)
        {
            Know(sequence);
            try
            {
                // A replay in between may have brought all of it already.
                if (ReplayNeeded) return false;
                if (_applied >= sequence) return true;
                if (!TryFollow(before) || _applied != sequence - 1)
                {
                    NeedReplay();
                    return false;
                }

                apply();
                Volatile.Write(ref _applied, sequence);
                return true;
            }
            catch (Exception e)
            {
                NeedReplay();
                Log.NotApplied(logger, e, sequence);
                return false;
            }
            finally
            {
                _underWay = 0;
                FollowWaiting();
            }
        }
    }

    /// <summary>Hands everything over anew; nothing is applied meanwhile.</summary>
    /// <param name="replay">Hands over one moment of truth, and says which.</param>
    /// <param name="onlyIfNeeded">Somebody else may have done it just now.</param>
    public bool Replay(Func<(string Epoch, long Sequence)> replay, bool onlyIfNeeded)
    {
        lock (_gate)
        {
            if (onlyIfNeeded && !ReplayNeeded) return false;
            NeedReplay();
            var (epoch, sequence) = replay();
            _waiting.Clear();
            Volatile.Write(ref _epoch, epoch);
            Volatile.Write(ref _applied, sequence);
            Volatile.Write(ref _known, sequence);
            Volatile.Write(ref _replayNeeded, false);
            return true;
        }
    }

    private bool TryFollow(IReadOnlyList<Change> changes)
    {
        if (ReplayNeeded) return false;
        for (var i = 0; i < changes.Count; i++)
        {
            var change = changes[i];
            if (change.Sequence <= _applied) continue;
            if (change.Sequence != _applied + 1 || !ChangeContent.TryReadOrigin(change.Content, out var origin) || origin.Epoch != _epoch) return false;
            if (_underWay != 0 && origin.Writer == writer && origin.Batch == _underWay)
            {
                Wait(changes, i);
                return true;
            }

            try
            {
                ChangeContent.Visit(change, visitor);
            }
            catch (Exception e)
            {
                NeedReplay();
                Log.NotApplied(logger, e, change.Sequence);
                return false;
            }

            Volatile.Write(ref _applied, change.Sequence);
        }

        return true;
    }

    private void Wait(IReadOnlyList<Change> changes, int from)
    {
        for (var i = from; i < changes.Count && _waiting.Count < MaxWaiting; i++)
        {
            if (_waiting.Count == 0 || changes[i].Sequence == _waiting[^1].Sequence + 1) _waiting.Add(changes[i]);
        }
    }

    private void FollowWaiting()
    {
        if (_waiting.Count == 0) return;
        Change[] waiting = [.. _waiting];
        _waiting.Clear();
        TryFollow(waiting);
    }
}
