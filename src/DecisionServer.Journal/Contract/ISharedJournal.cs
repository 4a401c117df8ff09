using DecisionServer.Store;

namespace DecisionServer.Journal;

/// <summary>
/// A journal that several nodes write. Every commit of any of them has a number, without gaps, and its effects are kept as a <see cref="Change"/>; each node
/// applies all of them in that order, its own through <see cref="IJournalCommand{TResult}.Apply"/>, those of others through an <see cref="IChangeVisitor"/>.
/// So a node's place is one number, and how a change came here does not matter.
/// </summary>
public interface ISharedJournal : IJournal
{
    /// <summary>Which truth this is. Another one: it was replaced (restored from a backup, failed over), and numbers of the former one mean nothing.</summary>
    string Epoch { get; }

    /// <summary>Serving follows truth up to here.</summary>
    long Applied { get; }

    /// <summary>The highest number seen anywhere.</summary>
    long Known { get; }

    /// <summary>Takes in news. What is applied already is skipped.</summary>
    /// <param name="changes">Ascending, without gaps.</param>
    /// <returns>False: something before them is missing, or they are of another epoch (a change knows its own); nothing was applied, <see cref="CatchUp"/> gets it.</returns>
    bool Follow(IReadOnlyList<Change> changes);

    /// <summary>
    /// Reads from truth what is missing and applies it. Where that is not kept any more, or truth was replaced, everything is handed over again to the visitor of
    /// <see cref="IJournal.Replay"/>, from one moment of truth.
    /// </summary>
    /// <exception cref="JournalUnavailableException">Truth cannot be reached; what was applied stays applied.</exception>
    Task<CatchUp> CatchUp(CancellationToken cancellation);

    /// <summary>Changes from truth, for announcing what the node that committed them could not announce.</summary>
    /// <param name="after">Only those with a higher number.</param>
    /// <param name="max">At most so many, 1 to 10,000.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Ascending, without gaps; the first has the number after <paramref name="after"/>, or there are none (any more).</returns>
    /// <exception cref="JournalUnavailableException">Truth cannot be reached.</exception>
    Task<IReadOnlyList<Change>> Read(long after, int max, CancellationToken cancellation);

    /// <summary>Reads from truth what was put into a generation, some of it at a time.</summary>
    /// <param name="generation">Id of the generation.</param>
    /// <param name="after">Only what comes after this place.</param>
    /// <param name="upTo">Only what commits up to this number have put. Not above <see cref="Applied"/>, so that serving knows who was erased before.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Ascending, without gaps; none: there is nothing more.</returns>
    /// <exception cref="JournalUnavailableException">Truth cannot be reached.</exception>
    Task<IReadOnlyList<GenerationPut>> ReadPuts(string generation, PutPlace after, long upTo, CancellationToken cancellation);

    /// <summary>
    /// Raised after a commit of this node was applied, before its callers are answered, in order: the commit's change, with those of others before it
    /// that this node had missed. Without gaps within one call. Must not block and must not throw.
    /// </summary>
    event Action<IReadOnlyList<Change>>? Committed;

    /// <summary>Writes down that this node lives, and reads who else does; one round trip.</summary>
    /// <exception cref="JournalUnavailableException">Truth cannot be reached.</exception>
    Task<FleetView> Beat(NodeRecord self, CancellationToken cancellation);

    /// <summary>Takes a node out of the registry, unless another incarnation has taken its place there.</summary>
    /// <exception cref="JournalUnavailableException">Truth cannot be reached.</exception>
    Task Leave(string name, Guid incarnation, CancellationToken cancellation);
}
