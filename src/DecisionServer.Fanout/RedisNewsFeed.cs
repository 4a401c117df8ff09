using System.Globalization;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace DecisionServer.Fanout;

/// <summary>News over Redis: a stream, a hash beside it, and a channel (<see cref="StreamKeys"/>).</summary>
public sealed class RedisNewsFeed : INewsFeed
{
    // A script holds up everybody else of that Redis, and its answer must come within the time of a call.
    private const int LargestBatch = 256;
    private const int LargestBatchBytes = 1 << 20;

    private readonly NewsFeedOptions _options;
    private readonly StreamKeys _keys;
    private readonly Doorbell _doorbell;
    private readonly RedisLink _link;
    private readonly ILogger<RedisNewsFeed> _logger;
    private readonly Lock _trusting = new();
    private StreamSight _trusted = StreamSight.None;
    private string _refusal = "";
    private int _batch = LargestBatch;
    private long _announced, _read, _gaps, _epochChanges, _failures;

    /// <summary>Begins to link, in the background.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public RedisNewsFeed(NewsFeedOptions options, TimeProvider time, ILogger<RedisNewsFeed> logger)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxItems, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(options.MaxContentBytes, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(options.LongestHole, nameof(options));
        _options = options;
        _logger = logger;
        _keys = new StreamKeys(options.KeyPrefix);
        _doorbell = new Doorbell(options, _keys, time, logger);
        _link = new RedisLink(options, _keys, _doorbell, time, logger);
    }

    /// <inheritdoc/>
    public event Action<long>? Rang
    {
        add => _doorbell.Rang += value;
        remove => _doorbell.Rang -= value;
    }

    /// <inheritdoc/>
    public NewsHealth Health
    {
        get
        {
            LinkState state = _link.State;
            bool isLinked = state.Connection is not null;
            return new NewsHealth(isLinked, state.Since, isLinked ? Volatile.Read(ref _refusal) : state.Reason, isLinked && _doorbell.Heard);
        }
    }

    /// <inheritdoc/>
    public NewsStatistics Statistics => new(
        Interlocked.Read(ref _announced), Interlocked.Read(ref _read), Interlocked.Read(ref _gaps), _doorbell.Rings,
        Math.Max(0, _link.State.Number - 1), _doorbell.Resubscriptions, Interlocked.Read(ref _epochChanges), Interlocked.Read(ref _failures));

    /// <inheritdoc/>
    public async Task<AnnounceResult> Announce(string epoch, IReadOnlyList<NewsItem> contiguous, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrEmpty(epoch);
        CheckContiguous(contiguous);
        var outcome = AnnounceOutcome.Appended;
        long last = 0;
        var done = 0;
        while (done < contiguous.Count)
        {
            int count = BatchAt(contiguous, done);
            RedisValue[] values = AnnounceValues(epoch, contiguous, done, count);
            LinkReply<RedisResult> reply = await Script(StreamScripts.Announce, values, cancellation);
            if (!reply.Answered)
                return new AnnounceResult(AnnounceOutcome.Unreachable, last, reply.Fault);
            var answer = (RedisResult[])reply.Value!;
            last = Number((string?)answer[1]);
            Interlocked.Add(ref _announced, (long)answer[2]);
            switch ((int)answer[0])
            {
                case 1:
                    return new AnnounceResult(AnnounceOutcome.Gap, last, "");
                case 2:
                    outcome = AnnounceOutcome.EpochChanged;
                    Interlocked.Increment(ref _epochChanges);
                    Log.EpochChanged(_logger, epoch);
                    break;
            }

            done += count;
        }

        return new AnnounceResult(outcome, last, "");
    }

    /// <inheritdoc/>
    public async Task<NewsPage> Read(string epoch, long after, int max, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrEmpty(epoch);
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        StreamSight trusted = Trusted;

        // Truth was asked after a stream of another epoch had been seen, and this is its epoch: that stream is of no use to anybody.
        RedisValue replaced = trusted.Epoch == epoch ? trusted.Stream : "";
        RedisValue[] values = [epoch, after + 1, Math.Min(max, Volatile.Read(ref _batch)), Guid.NewGuid().ToString("N"), replaced];
        LinkReply<RedisResult> reply = await Script(StreamScripts.Read, values, cancellation);
        if (!reply.Answered)
            return new NewsPage(NewsOutcome.Unreachable) { Reason = reply.Fault };

        var answer = (RedisResult[])reply.Value!;
        string run = (string?)answer[3] ?? "";

        // Where Redis does not tell its run, another link may be to another one.
        if (run.Length == 0)
            run = string.Create(CultureInfo.InvariantCulture, $"link-{reply.Link}");
        var seen = new StreamSight((string?)answer[0] ?? "", run, epoch);
        if ((string?)answer[1] != epoch)
            return Gap(NewsGap.OtherEpoch, "the stream is of another epoch", 0, seen);

        long last = Number((string?)answer[2]);
        (List<NewsItem> items, NewsGap end) = StreamEntries.Read((RedisResult[])answer[4]!, after + 1);
        if (items.Count > 0)
        {
            Interlocked.Add(ref _read, items.Count);
            return new NewsPage(NewsOutcome.Items) { Items = items, Last = last };
        }

        return (end, seen, last) switch
        {
            (NewsGap.TooLarge, _, _) => Gap(end, $"item {after + 1} is too large for the stream", last, seen),
            (NewsGap.Damaged, _, _) => Gap(end, $"item {after + 1} is none of ours", last, seen),
            (NewsGap.Trimmed, _, _) => Gap(end, $"item {after + 1} is no longer in the stream", last, seen),
            _ when last > after => Gap(NewsGap.Trimmed, $"item {after + 1} is no longer in the stream", last, seen),
            _ when seen == trusted => new NewsPage(NewsOutcome.Nothing) { Last = last },
            _ when seen.Stream == trusted.Stream && epoch == trusted.Epoch => Gap(NewsGap.OtherServer, "Redis was restarted, or another server took over", last, seen),
            _ => Gap(NewsGap.Emptied, "the stream is not the one that was read before", last, seen),
        };
    }

    /// <inheritdoc/>
    public void CaughtUp(NewsPage page)
    {
        if (page.Outcome != NewsOutcome.Gap)
            return;
        lock (_trusting)
            _trusted = page.Sight;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _link.DisposeAsync();

    private StreamSight Trusted
    {
        get
        {
            lock (_trusting)
                return _trusted;
        }
    }

    private static void CheckContiguous(IReadOnlyList<NewsItem> items)
    {
        for (var index = 0; index < items.Count; index++)
        {
            if (items[index].Sequence < 1 || items[index].Sequence != items[0].Sequence + index)
                throw new ArgumentException($"item {index} has number {items[index].Sequence}: numbers must go on one by one, from at least 1", nameof(items));
        }
    }

    private static long Number(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : 0;

    private NewsPage Gap(NewsGap gap, string reason, long last, StreamSight seen)
    {
        Interlocked.Increment(ref _gaps);
        return new NewsPage(NewsOutcome.Gap) { Gap = gap, Reason = reason, Last = last, Sight = seen };
    }

    private int BatchAt(IReadOnlyList<NewsItem> items, int start)
    {
        int most = Math.Min(items.Count - start, Volatile.Read(ref _batch));
        var count = 1;
        for (int bytes = Size(items[start]); count < most; count++)
        {
            bytes += Size(items[start + count]);
            if (bytes > LargestBatchBytes)
                break;
        }

        return count;
    }

    private int Size(NewsItem item) => item.Content.Length > _options.MaxContentBytes ? 0 : item.Content.Length;

    private RedisValue[] AnnounceValues(string epoch, IReadOnlyList<NewsItem> items, int start, int count)
    {
        const int Fixed = 6;
        var values = new RedisValue[Fixed + 2 * count];
        values[0] = epoch;
        values[1] = Guid.NewGuid().ToString("N");
        values[2] = _options.MaxItems;
        values[3] = _options.LongestHole;
        values[4] = (string)_keys.Doorbell!;
        values[5] = items[start].Sequence;
        for (var index = 0; index < count; index++)
        {
            ReadOnlyMemory<byte> content = items[start + index].Content;
            bool fits = content.Length <= _options.MaxContentBytes;
            values[Fixed + 2 * index] = fits ? StreamEntries.Content : StreamEntries.FromTruth;
            values[Fixed + 2 * index + 1] = fits ? content.ToArray() : Array.Empty<byte>();
        }

        return values;
    }

    private async Task<LinkReply<RedisResult>> Script(string script, RedisValue[] values, CancellationToken cancellation)
    {
        LinkReply<RedisResult> reply = await _link.Call(
            database => database.ScriptEvaluateAsync(script, _keys.Both, values, CommandFlags.DemandMaster), cancellation);
        if (reply.Answered)
        {
            Volatile.Write(ref _batch, Math.Min(LargestBatch, Volatile.Read(ref _batch) * 2));
            Volatile.Write(ref _refusal, "");
            return reply;
        }

        // A slow link gets through with less at a time.
        if (reply.TimedOut)
            Volatile.Write(ref _batch, Math.Max(1, Volatile.Read(ref _batch) / 2));
        Interlocked.Increment(ref _failures);
        if (_link.State.Connection is not null && Interlocked.Exchange(ref _refusal, reply.Fault) != reply.Fault)
            Log.Refused(_logger, reply.Fault);
        return reply;
    }
}
