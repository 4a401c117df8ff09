namespace DecisionServer.Fanout;

/// <summary>
/// News between nodes: a bounded stream of numbered items under an epoch, and a doorbell. An accelerator, never a need: whatever it cannot tell is
/// read from truth. Nothing throws because Redis is down or slow; every call ends within the feed's time bounds. Safe for any thread.
/// </summary>
public interface INewsFeed : IAsyncDisposable
{
    /// <summary>
    /// Adds what the stream lacks of <paramref name="contiguous"/>, in order. A new or emptied stream begins with the first item given.
    /// </summary>
    /// <param name="epoch">Truth's epoch; a stream of another one is replaced.</param>
    /// <param name="contiguous">Items, ascending without holes; may be empty.</param>
    /// <param name="cancellation">Gives up waiting, not the announcement.</param>
    /// <exception cref="ArgumentException">The items have holes.</exception>
    Task<AnnounceResult> Announce(string epoch, IReadOnlyList<NewsItem> contiguous, CancellationToken cancellation);

    /// <summary>Looks for what comes after <paramref name="after"/>.</summary>
    /// <param name="epoch">The reader's epoch.</param>
    /// <param name="after">Number of the last item that the reader has.</param>
    /// <param name="max">Items at most, at least 1; the feed may return fewer though there are more.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    /// <returns>Never throws for Redis. An answer of <see cref="NewsOutcome.Nothing"/> can be relied upon: what is not known for sure is a gap.</returns>
    Task<NewsPage> Read(string epoch, long after, int max, CancellationToken cancellation);

    /// <summary>
    /// Says that truth was read to its end after <paramref name="page"/> had been returned. Until then a gap that is not one of numbers (an emptied
    /// stream, another epoch, another server) is reported again wherever the stream has nothing for the reader.
    /// </summary>
    void CaughtUp(NewsPage page);

    /// <summary>
    /// The doorbell, with the number of the last item announced. Raised on any thread, must not block; may be lost at any time, come late or twice,
    /// so readers also poll.
    /// </summary>
    event Action<long>? Rang;

    /// <summary>Whether news flow.</summary>
    NewsHealth Health { get; }

    /// <summary>Counts since the feed was opened.</summary>
    NewsStatistics Statistics { get; }
}
