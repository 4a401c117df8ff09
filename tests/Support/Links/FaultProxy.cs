using System.Net;
using System.Net.Sockets;

namespace DecisionServer.Tests.Support;

/// <summary>
/// A TCP link on loopback that does what networks do: is cut, resets, swallows (half-open), holds back and delivers late, delays, throttles. In this
/// process, on a port that stays the same; chance comes from a seed. Every fault takes effect before its method returns and lasts until
/// <see cref="Heal"/>.
/// </summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly int _target;
    private readonly Random _random;
    private readonly Lock _changing = new();
    private readonly HashSet<LinkConnection> _connections = [];
    private readonly long[] _bytes = new long[2];
    private readonly long[] _allowed = [long.MaxValue, long.MaxValue];
    private LinkConditions _conditions = LinkConditions.Healthy;
    private Socket? _listener;
    private Task _accepting = Task.CompletedTask;
    private bool _freezesNew;
    private long _accepted;

    private FaultProxy(int target, int seed)
    {
        _target = target;
        _random = new Random(seed);
    }

    /// <summary>Where clients connect.</summary>
    public int Port { get; } = FreePorts.Take();

    /// <summary>As a client's configuration names it.</summary>
    public string Address => $"127.0.0.1:{Port}";

    /// <summary>Connections accepted since the start.</summary>
    public long Accepted => Interlocked.Read(ref _accepted);

    /// <summary>Connections now.</summary>
    public int Open
    {
        get
        {
            lock (_changing)
                return _connections.Count;
        }
    }

    /// <summary>Connections that lost bytes to <see cref="Swallow"/>, of those that are open.</summary>
    public int Losing
    {
        get
        {
            lock (_changing)
                return _connections.Count(static connection => connection.HasLostBytes);
        }
    }

    internal LinkConditions Conditions => Volatile.Read(ref _conditions);

    /// <summary>A link to a loopback port.</summary>
    /// <param name="target">The port.</param>
    /// <param name="seed">Of jitter and of <see cref="Disturb"/>.</param>
    public static FaultProxy Start(int target, int seed = 1)
    {
        var proxy = new FaultProxy(target, seed);
        proxy.Listen();
        return proxy;
    }

    /// <summary>Bytes that passed.</summary>
    public long Bytes(LinkWay way) => Interlocked.Read(ref _bytes[Index(way)]);

    /// <summary>Every connection is reset; new ones are refused.</summary>
    public void Cut()
    {
        Interlocked.Exchange(ref _listener, null)?.Dispose();
        Reset();
    }

    /// <summary>Every connection is reset; new ones are taken.</summary>
    public void Reset() => Close(static _ => true);

    /// <summary>Half-open: bytes vanish on these ways, of new connections, too. <see cref="Heal"/> resets connections that lost any.</summary>
    public void Swallow(LinkWay ways = LinkWay.Both) => Change(conditions => conditions with { Swallowed = ways });

    /// <summary>Nothing passes, and arrives late: at <see cref="Heal"/>. Without <paramref name="newOnes"/> later connections overtake the frozen ones.</summary>
    public void Freeze(bool newOnes = true)
    {
        lock (_changing)
        {
            _freezesNew = newOnes;
            foreach (LinkConnection connection in _connections)
                connection.Freeze();
        }
    }

    /// <summary>Every piece takes so much longer.</summary>
    public void Delay(TimeSpan delay, TimeSpan jitter = default) => Change(conditions => conditions with { Delay = delay, Jitter = jitter });

    /// <summary>So many bytes a second, each way of each connection.</summary>
    public void Throttle(int bytesPerSecond) => Change(conditions => conditions with { BytesPerSecond = bytesPerSecond });

    /// <summary>Once: after so many further bytes on one way the connection that carries them is reset, in the middle of whatever it is.</summary>
    public void ResetAfter(long bytes, LinkWay way) => Interlocked.Exchange(ref _allowed[Index(way)], bytes);

    /// <summary>A healthy link again. What was held back arrives; connections that lost bytes are reset.</summary>
    public void Heal()
    {
        Change(static _ => LinkConditions.Healthy);
        Interlocked.Exchange(ref _allowed[0], long.MaxValue);
        Interlocked.Exchange(ref _allowed[1], long.MaxValue);
        Close(static connection => connection.HasLostBytes);
        lock (_changing)
        {
            _freezesNew = false;
            foreach (LinkConnection connection in _connections)
                connection.Thaw();
        }

        if (_listener is null)
            Listen();
    }

    /// <summary>One fault, by the seed. What it is, in words, for a failing test's message.</summary>
    public string Disturb()
    {
        int kind, much;
        lock (_random)
            (kind, much) = (_random.Next(8), _random.Next(1, 100));
        switch (kind)
        {
            case 0:
                Cut();
                return "cut";
            case 1:
                Reset();
                return "reset";
            case 2:
                Swallow();
                return "half-open";
            case 3:
                Swallow(LinkWay.ToClient);
                return "half-open, answers lost";
            case 4:
                Freeze(newOnes: false);
                return "frozen, new connections overtake";
            case 5:
                Delay(TimeSpan.FromMilliseconds(much / 4.0), TimeSpan.FromMilliseconds(much));
                return FormattableString.Invariant($"delayed by {much / 4.0} to {much * 1.25} ms");
            case 6:
                Throttle(1_000 * much);
                return FormattableString.Invariant($"throttled to {much} kB/s");
            default:
                ResetAfter(much * 10, much % 2 == 0 ? LinkWay.ToServer : LinkWay.ToClient);
                return FormattableString.Invariant($"reset after {much * 10} bytes");
        }
    }

    public async ValueTask DisposeAsync()
    {
        Cut();
        await _accepting;
    }

    internal double Chance()
    {
        lock (_random)
            return _random.NextDouble();
    }

    internal void Count(LinkWay way, int bytes) => Interlocked.Add(ref _bytes[Index(way)], bytes);

    /// <summary>How many of so many bytes may pass; fewer: that was the last that this connection carried.</summary>
    internal int Allowed(LinkWay way, int bytes)
    {
        lock (_changing)
        {
            ref long allowed = ref _allowed[Index(way)];
            if (allowed == long.MaxValue)
                return bytes;
            if (bytes <= allowed)
            {
                allowed -= bytes;
                return bytes;
            }

            var last = (int)allowed;
            allowed = long.MaxValue;
            return last;
        }
    }

    private static int Index(LinkWay way) => way switch
    {
        LinkWay.ToServer => 0,
        LinkWay.ToClient => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(way), way, "one way"),
    };

    private void Change(Func<LinkConditions, LinkConditions> change)
    {
        lock (_changing)
            _conditions = change(_conditions);
    }

    private void Close(Func<LinkConnection, bool> which)
    {
        LinkConnection[] connections;
        lock (_changing)
            connections = [.. _connections.Where(which)];
        foreach (LinkConnection connection in connections)
            connection.Close(reset: true);
    }

    private void Listen()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, Port));
        listener.Listen(128);
        _listener = listener;
        _accepting = Task.WhenAll(_accepting, Accept(listener));
    }

    private async Task Accept(Socket listener)
    {
        while (true)
        {
            Socket client;
            try
            {
                client = await listener.AcceptAsync();
            }
            catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
            {
                return;
            }

            Interlocked.Increment(ref _accepted);
            _ = Serve(client, listener);
        }
    }

    private async Task Serve(Socket client, Socket listener)
    {
        client.NoDelay = true;
        var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _target);
        }
        catch (SocketException)
        {
            // As if there were no link between: nobody listens there.
            client.LingerState = new LingerOption(true, 0);
            client.Dispose();
            server.Dispose();
            return;
        }

        using var connection = new LinkConnection(client, server, this);
        lock (_changing)
        {
            _connections.Add(connection);
            if (_freezesNew)
                connection.Freeze();

            // Cut while it was being made.
            if (_listener != listener)
                connection.Close(reset: true);
        }

        await connection.Run();
        lock (_changing)
            _connections.Remove(connection);
    }
}
