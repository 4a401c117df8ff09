using System.Net.Sockets;

namespace DecisionServer.Tests.Support;

/// <summary>One connection through a <see cref="FaultProxy"/>: two sockets and a pump each way.</summary>
internal sealed class LinkConnection(Socket client, Socket server, FaultProxy proxy) : IDisposable
{
    private readonly CancellationTokenSource _closed = new();
    private readonly Lock _changing = new();
    private TaskCompletionSource? _frozen;
    private bool _lost;

    /// <summary>Bytes of it vanished, so it can never be of use again.</summary>
    public bool HasLostBytes => Volatile.Read(ref _lost);

    public async Task Run()
    {
        Task[] pumps = [Pump(client, server, LinkWay.ToServer), Pump(server, client, LinkWay.ToClient)];

        // An end that was passed on leaves the other way open; a fault, or the second end, is the end of both.
        Task first = await Task.WhenAny(pumps);
        if (first.IsFaulted)
            Close(reset: true);
        await Task.WhenAll(pumps).ContinueWith(static _ => { }, TaskScheduler.Default);
        Close(reset: false);
    }

    /// <summary>Holds everything back from now on.</summary>
    public void Freeze()
    {
        lock (_changing)
            _frozen ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>What was held back arrives, late.</summary>
    public void Thaw()
    {
        lock (_changing)
        {
            _frozen?.TrySetResult();
            _frozen = null;
        }
    }

    /// <summary>Ends it, with a reset (RST) or properly (FIN).</summary>
    public void Close(bool reset)
    {
        lock (_changing)
        {
            if (_closed.IsCancellationRequested)
                return;
            _closed.Cancel();
        }

        foreach (Socket socket in new[] { client, server })
        {
            if (reset)
                socket.LingerState = new LingerOption(true, 0);
            socket.Dispose();
        }
    }

    /// <summary>After <see cref="Run"/>.</summary>
    public void Dispose() => _closed.Dispose();

    private async Task Pump(Socket from, Socket to, LinkWay way)
    {
        var buffer = new byte[32 * 1024];
        while (true)
        {
            int read = await from.ReceiveAsync(buffer, _closed.Token);
            await Thawed();
            if (proxy.Conditions.Swallowed.HasFlag(way))
            {
                Volatile.Write(ref _lost, true);

                // The end does not arrive either.
                if (read == 0)
                    await Task.Delay(Timeout.Infinite, _closed.Token);
                continue;
            }

            if (read == 0)
            {
                to.Shutdown(SocketShutdown.Send);
                return;
            }

            await Pass(buffer.AsMemory(0, read), to, way);
        }
    }

    private async Task Pass(ReadOnlyMemory<byte> bytes, Socket to, LinkWay way)
    {
        while (bytes.Length > 0)
        {
            LinkConditions conditions = proxy.Conditions;
            int piece = conditions.BytesPerSecond == 0 ? bytes.Length : Math.Clamp(conditions.BytesPerSecond / 50, 1, bytes.Length);
            TimeSpan wait = conditions.Delay + conditions.Jitter * proxy.Chance()
                + (conditions.BytesPerSecond == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds((double)piece / conditions.BytesPerSecond));
            if (wait > TimeSpan.Zero)
                await Task.Delay(wait, _closed.Token);
            await Thawed();

            int allowed = proxy.Allowed(way, piece);
            for (ReadOnlyMemory<byte> left = bytes[..allowed]; left.Length > 0;)
                left = left[await to.SendAsync(left, _closed.Token)..];
            proxy.Count(way, allowed);
            if (allowed < piece)
                throw new IOException("cut in the middle, as was asked for");
            bytes = bytes[piece..];
        }
    }

    private Task Thawed()
    {
        lock (_changing)
            return _frozen?.Task.WaitAsync(_closed.Token) ?? Task.CompletedTask;
    }
}
