using System.Globalization;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace DecisionServer.Fanout;

/// <summary>
/// The subscription, and the proof that it works: while it is quiet a message of our own is sent through it. One that does not come back means
/// that the subscription was lost, which the client does not tell.
/// </summary>
internal sealed class Doorbell(NewsFeedOptions options, StreamKeys keys, TimeProvider time, ILogger logger)
{
    private const string Probe = "?";
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    private readonly TimeSpan _answer = options.Redis.OperationTimeout < Longest ? options.Redis.OperationTimeout : Longest;
    private ISubscriber? _subscriber;
    private TaskCompletionSource _next = NewSignal();
    private long _lastTested;
    private bool _heardOnce;
    private bool _heard;
    private bool _doubted;
    private long _rings;
    private long _resubscriptions;

    /// <summary>A ring, with the last item's number.</summary>
    public event Action<long>? Rang;

    /// <summary>The subscription was heard when it was last tested.</summary>
    public bool Heard => Volatile.Read(ref _heard);

    public long Rings => Interlocked.Read(ref _rings);

    public long Resubscriptions => Interlocked.Read(ref _resubscriptions);

    /// <summary>Subscribes over a new connection.</summary>
    public async Task Attach(ConnectionMultiplexer connection, CancellationToken cancellation)
    {
        _subscriber = connection.GetSubscriber();
        _heardOnce = false;
        await Subscribe(cancellation);
    }

    /// <summary>The connection is gone.</summary>
    public void Detach() => Volatile.Write(ref _heard, false);

    /// <summary>Something happened to the subscription: the next check tests it whether it is time or not.</summary>
    public void Doubt() => Volatile.Write(ref _doubted, true);

    /// <summary>Tests the subscription if it was quiet for long, and subscribes anew where it is lost.</summary>
    /// <returns>False: it worked on this connection and cannot be brought back; a new connection may help.</returns>
    public async Task<bool> Check(CancellationToken cancellation)
    {
        bool doubted = Interlocked.Exchange(ref _doubted, false);
        if (!doubted && time.GetElapsedTime(Interlocked.Read(ref _lastTested)) < options.DoorbellInterval)
            return true;
        if (await Listen(cancellation))
            return true;

        Interlocked.Increment(ref _resubscriptions);
        if (_heardOnce)
            Log.Resubscribed(logger);
        return await Subscribe(cancellation) || !_heardOnce;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    // A connection that goes this very moment the client has looked for before it uses it: it gives no task then, or fails over the connection that is not there.
    // Without a task the probe tells whether the subscription is there.
    private async Task Answered(Func<ISubscriber, Task?> call, CancellationToken cancellation)
    {
        try
        {
            await (call(_subscriber!) ?? Task.CompletedTask).WaitAsync(options.Redis.OperationTimeout, cancellation);
        }
        catch (NullReferenceException)
        {
            throw new LinkException("the connection of the doorbell is gone");
        }
    }

    private async Task<bool> Subscribe(CancellationToken cancellation)
    {
        try
        {
            // Subscribing twice would find the client content with what it believes to have.
            await Answered(subscriber => subscriber.UnsubscribeAsync(keys.Doorbell), cancellation);
            await Answered(subscriber => subscriber.SubscribeAsync(keys.Doorbell, OnMessage), cancellation);
        }
        catch (RedisServerException)
        {
            // Not allowed to: news come by polling.
            Volatile.Write(ref _heard, false);
            return false;
        }

        return await Listen(cancellation);
    }

    private async Task<bool> Listen(CancellationToken cancellation)
    {
        Interlocked.Exchange(ref _lastTested, time.GetTimestamp());
        TaskCompletionSource next = NewSignal();
        Volatile.Write(ref _next, next);
        try
        {
            await Answered(subscriber => subscriber.PublishAsync(keys.Doorbell, Probe), cancellation);
        }
        catch (RedisServerException)
        {
            Volatile.Write(ref _heard, false);
            return false;
        }

        try
        {
            await next.Task.WaitAsync(_answer, cancellation);
            _heardOnce = true;
            Volatile.Write(ref _heard, true);
            return true;
        }
        catch (TimeoutException)
        {
            Volatile.Write(ref _heard, false);
            return false;
        }
    }

    private void OnMessage(RedisChannel channel, RedisValue message)
    {
        // Anybody's message proves that the subscription is there.
        Interlocked.Exchange(ref _lastTested, time.GetTimestamp());
        Volatile.Read(ref _next).TrySetResult();
        if (!long.TryParse((string?)message, NumberStyles.None, CultureInfo.InvariantCulture, out long last))
            return;
        Interlocked.Increment(ref _rings);
        try
        {
            Rang?.Invoke(last);
        }
        catch (Exception fault)
        {
            Log.ListenerFailed(logger, fault);
        }
    }
}
