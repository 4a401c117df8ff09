using System.Net;
using System.Net.Sockets;

namespace DecisionServer.Loader.Tests;

/// <summary>Stands between loader and server, and cuts or holds their connections after so many bytes.</summary>
internal sealed class CutProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long _threshold;
    private readonly bool _hold;
    private readonly Task _accepting;
    private readonly List<Task> _connections = [];
    private readonly List<TcpClient> _clients = [];
    private readonly Lock _lock = new();
    private volatile int _port;
    private long _bytes;
    private int _cuts;

    /// <param name="server">Where to forward to.</param>
    /// <param name="threshold">Bytes from the loader after which something happens.</param>
    /// <param name="cuts">How often connections are cut, each time after so many bytes.</param>
    /// <param name="hold">Hold the bytes back from then on, instead of cutting.</param>
    public CutProxy(Uri server, long threshold, int cuts = 1, bool hold = false)
    {
        (_port, _threshold, _cuts, _hold) = (server.Port, threshold, cuts, hold);
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _accepting = AcceptAsync();
    }

    public Uri Address { get; }

    /// <summary>Ends when the threshold is reached for the last time.</summary>
    public Task Reached => _reached.Task;

    /// <summary>Where new connections go.</summary>
    public void PointTo(Uri server) => _port = server.Port;

    /// <summary>Cuts all connections; bytes that were held back are lost.</summary>
    public void Cut()
    {
        CloseAll();
        Release();
    }

    /// <summary>Lets bytes that were held back go on.</summary>
    public void Release() => _released.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        CloseAll();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Task[] connections;
        lock (_lock) connections = [.. _connections];
        await Task.WhenAll(connections).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var client = await _listener.AcceptTcpClientAsync(_stop.Token);
            lock (_lock) _connections.Add(ForwardAsync(client));
        }
    }

    private async Task ForwardAsync(TcpClient client)
    {
        using var upstream = new TcpClient();
        using (client)
        {
            lock (_lock) _clients.AddRange([client, upstream]);
            await upstream.ConnectAsync(IPAddress.Loopback, _port, _stop.Token);
            await Task.WhenAny(CopyAsync(client.GetStream(), upstream.GetStream(), true), CopyAsync(upstream.GetStream(), client.GetStream(), false));
        }
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to, bool counted)
    {
        var buffer = new byte[16 * 1024];
        while (await from.ReadAsync(buffer, _stop.Token) is var read and > 0)
        {
            if (counted) await CountAsync(read);
            await to.WriteAsync(buffer.AsMemory(0, read), _stop.Token);
        }
    }

    private async Task CountAsync(int read)
    {
        lock (_lock)
        {
            _bytes += read;
            if (_bytes < _threshold || _cuts == 0) return;
            _bytes = 0;
            if (--_cuts == 0) _reached.TrySetResult();
        }

        if (_hold) await _released.Task.WaitAsync(_stop.Token);
        else CloseAll();
    }

    private void CloseAll()
    {
        lock (_lock)
        {
            foreach (var client in _clients) client.Close();
            _clients.Clear();
        }
    }
}
