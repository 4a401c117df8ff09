using System.Net;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace DecisionServer.Fanout;

/// <summary>
/// One link to Redis, looked after in the background: made, tested, given up and made anew. A call over a link that is not there fails at once; a
/// call that is not answered within its time ends the link. The client's own way of reconnecting is not relied upon: its asynchronous calls have no
/// time limit, a half-open connection is not noticed, a subscription can be lost without a word, and sentinels are not asked again.
/// </summary>
internal sealed class RedisLink : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly RedisSettings _settings;
    private readonly StreamKeys _keys;
    private readonly Doorbell _doorbell;
    private readonly TimeSpan _interval;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly Lock _changing = new();
    private readonly Task _watch;
    private LinkState _state;
    private bool _disposed;

    public RedisLink(NewsFeedOptions options, StreamKeys keys, Doorbell doorbell, TimeProvider time, ILogger logger)
    {
        (_settings, _keys, _doorbell, _interval, _time, _logger) = (options.Redis, keys, doorbell, options.CheckInterval, time, logger);
        _state = new LinkState(null, 0, time.GetUtcNow(), "not connected yet");
        _watch = Task.Run(Watch);
    }

    public LinkState State => Volatile.Read(ref _state);

    /// <summary>Connects within a bound; what comes later is thrown away.</summary>
    public static async Task<ConnectionMultiplexer> Open(ConfigurationOptions options, TimeSpan bound, CancellationToken cancellation)
    {
        Task<ConnectionMultiplexer> opening = Task.Run(() => ConnectionMultiplexer.ConnectAsync(options), cancellation);
        try
        {
            return await opening.WaitAsync(bound, cancellation);
        }
        catch
        {
            _ = opening.ContinueWith(
                static late => Discard(late.Result), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            _ = opening.ContinueWith(
                static late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            throw;
        }
    }

    /// <summary>Closes without waiting: closing may take as long as whatever ails the connection.</summary>
    public static void Discard(ConnectionMultiplexer connection) => _ = Task.Run(() =>
    {
        try
        {
            connection.Close(allowCommandsToComplete: false);
            connection.Dispose();
        }
        catch (Exception fault) when (fault is RedisException or ObjectDisposedException or InvalidOperationException)
        {
            // It is given up in any case.
        }
    });

    /// <summary>One call. Never throws for Redis.</summary>
    public async Task<LinkReply<T>> Call<T>(Func<IDatabase, Task<T>> call, CancellationToken cancellation)
    {
        LinkState state = State;
        if (state.Connection is not { } connection)
            return new LinkReply<T>(default, state.Number, state.Reason, TimedOut: false);
        try
        {
            IDatabase database = connection.GetDatabase();
            T answer;
            try
            {
                answer = await call(database).WaitAsync(_settings.OperationTimeout, cancellation);
            }
            catch (RedisServerException fault) when (LinkFaults.IsMissingScript(fault))
            {
                // The client has noticed now, and sends the script itself.
                answer = await call(database).WaitAsync(_settings.OperationTimeout, cancellation);
            }

            return new LinkReply<T>(answer, state.Number, "", TimedOut: false);
        }
        catch (Exception fault) when (LinkFaults.IsExpected(fault, cancellation))
        {
            string reason = LinkFaults.Describe(fault);
            if (LinkFaults.EndsLink(fault))
                Lose(connection, reason);
            return new LinkReply<T>(default, state.Number, reason, fault is TimeoutException);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true))
            return;
        await _stopping.CancelAsync();
        await _watch;
        ConnectionMultiplexer? connection;
        lock (_changing)
        {
            connection = _state.Connection;
            _state = _state with { Connection = null, Reason = "closed" };
        }

        if (connection is not null)
            Discard(connection);
        _stopping.Dispose();
        _wake.Dispose();
    }

    private async Task Watch()
    {
        TimeSpan pause = FirstPause;
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                bool isLinked = State.Connection is { } connection ? await Test(connection) : await Make();
                await _wake.WaitAsync(isLinked ? _interval : pause, _stopping.Token);
                pause = isLinked ? FirstPause : Min(2 * pause, LongestPause);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                Log.WatchFailed(_logger, fault);
                if (State.Connection is { } connection)
                    Lose(connection, "the watch over it failed");
                await Task.Delay(LongestPause, _time, _stopping.Token).ContinueWith(static _ => { }, TaskScheduler.Default);
            }
        }
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private async Task<bool> Make()
    {
        ConnectionMultiplexer? connection = null;
        try
        {
            IEnumerable<EndPoint> addresses = _settings.ServiceName.Length > 0 ? [await SentinelLookup.Master(_settings, _stopping.Token)] : _settings.EndPoints;

            // The client tries twice, and asks each server some questions.
            connection = await Open(_settings.ForServers(addresses), 2 * _settings.ConnectTimeout + _settings.OperationTimeout, _stopping.Token);
            await Ask(connection);
            await _doorbell.Attach(connection, _stopping.Token);
        }
        catch (Exception fault) when (LinkFaults.IsExpected(fault, _stopping.Token))
        {
            if (connection is not null)
                Discard(connection);
            Fail(LinkFaults.Describe(fault));
            return false;
        }

        connection.ConnectionFailed += (_, failure) =>
        {
            // Calls find out by themselves; this only saves their waiting.
            if (failure.ConnectionType == ConnectionType.Subscription)
                _doorbell.Doubt();
            Wake();
        };
        lock (_changing)
            _state = new LinkState(connection, _state.Number + 1, _time.GetUtcNow(), "");
        Log.Linked(_logger, _settings.Addresses);
        return true;
    }

    private async Task<bool> Test(ConnectionMultiplexer connection)
    {
        try
        {
            await Ask(connection);
            if (await _doorbell.Check(_stopping.Token))
                return true;
            Lose(connection, "its doorbell stays silent");
        }
        catch (Exception fault) when (LinkFaults.IsExpected(fault, _stopping.Token))
        {
            Lose(connection, LinkFaults.Describe(fault));
        }

        return false;
    }

    // Of the very server that has the stream, and only if that can be written to.
    private Task<bool> Ask(ConnectionMultiplexer connection) =>
        connection.GetDatabase().KeyExistsAsync(_keys.Head, CommandFlags.DemandMaster).WaitAsync(_settings.OperationTimeout, _stopping.Token);

    private void Lose(ConnectionMultiplexer connection, string reason)
    {
        lock (_changing)
        {
            if (_state.Connection != connection)
                return;
            _state = _state with { Connection = null, Since = _time.GetUtcNow(), Reason = reason };
        }

        if (!_stopping.IsCancellationRequested)
            Log.Lost(_logger, _settings.Addresses, reason);
        _doorbell.Detach();
        Discard(connection);
        Wake();
    }

    private void Fail(string reason)
    {
        bool isNew;
        lock (_changing)
        {
            isNew = _state.Reason != reason;
            _state = _state with { Reason = reason };
        }

        if (isNew)
            Log.Unreachable(_logger, _settings.Addresses, reason);
    }

    private void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (Exception awake) when (awake is SemaphoreFullException or ObjectDisposedException)
        {
            // It wakes up anyway, or never again.
        }
    }
}
