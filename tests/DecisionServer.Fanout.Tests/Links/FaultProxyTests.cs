using System.Net;
using System.Net.Sockets;
using DecisionServer.Tests.Processes;
using DecisionServer.Tests.Support;

namespace DecisionServer.Fanout.Tests.Links;

/// <summary>The instrument itself: each fault is what it says.</summary>
public sealed class FaultProxyTests : IAsyncDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private readonly EchoServer _server = new();
    private readonly FaultProxy _proxy;

    public FaultProxyTests() => _proxy = FaultProxy.Start(_server.Port);

    public async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync();
        _server.Dispose();
    }

    [Fact]
    public async Task Link_Healthy_PassesBothWays()
    {
        using TcpClient client = await Connect();
        var sent = new byte[300_000];
        new Random(5).NextBytes(sent);

        ValueTask sending = client.GetStream().WriteAsync(sent);
        Assert.Equal(sent, await Receive(client, sent.Length));
        await sending;
        Assert.Equal(sent.Length, _proxy.Bytes(LinkWay.ToServer));
        Assert.Equal(1, _proxy.Open);
    }

    [Fact]
    public async Task Cut_OpenConnection_IsResetAndNewOnesAreRefusedUntilHealed()
    {
        using TcpClient client = await Echoed();

        _proxy.Cut();

        await Ends(client);
        using var refused = new TcpClient();
        await Assert.ThrowsAsync<SocketException>(async () => await refused.ConnectAsync(IPAddress.Loopback, _proxy.Port));
        _proxy.Heal();
        (await Echoed()).Dispose();
    }

    [Fact]
    public async Task Reset_OpenConnection_EndsAndNewOnesPass()
    {
        using TcpClient client = await Echoed();

        _proxy.Reset();

        await Ends(client);
        (await Echoed()).Dispose();
    }

    [Fact]
    public async Task Swallow_Answers_ReachTheServerAndAreNotSeen()
    {
        using TcpClient client = await Echoed();
        _proxy.Swallow(LinkWay.ToClient);

        long before = _proxy.Bytes(LinkWay.ToServer);
        client.GetStream().WriteByte(1);
        await Eventually.True(() => _proxy.Bytes(LinkWay.ToServer) > before, "the byte reaches the server");

        // It stays open though its answer is lost, and is of no use later. Healed before the loss, the answer would arrive.
        await Eventually.True(() => _proxy.Losing == 1, "the answer is lost");
        Assert.Equal(1, _proxy.Open);
        _proxy.Heal();
        await Ends(client);
        await Eventually.True(() => _proxy.Open == 0, "what lost bytes is reset");
    }

    [Fact]
    public async Task Freeze_ThenHeal_DeliversLate()
    {
        using TcpClient client = await Echoed();
        _proxy.Freeze(newOnes: false);
        client.GetStream().WriteByte(7);

        using TcpClient overtaking = await Echoed();
        Assert.Equal(0, client.Available);

        _proxy.Heal();
        Assert.Equal([7], await Receive(client, 1));
    }

    [Fact]
    public async Task ResetAfter_SomeBytes_CutsInTheMiddle()
    {
        using TcpClient client = await Echoed();
        _proxy.ResetAfter(3, LinkWay.ToServer);
        long before = _proxy.Bytes(LinkWay.ToServer);

        client.GetStream().Write([1, 2, 3, 4, 5]);

        await Ends(client);
        Assert.Equal(before + 3, _proxy.Bytes(LinkWay.ToServer));
        (await Echoed()).Dispose();
    }

    [Fact]
    public async Task Delay_RoundTrip_TakesAtLeastTwiceAsLong()
    {
        using TcpClient client = await Echoed();
        _proxy.Delay(TimeSpan.FromMilliseconds(40));

        long began = TimeProvider.System.GetTimestamp();
        client.GetStream().WriteByte(1);
        await Receive(client, 1);

        Assert.True(TimeProvider.System.GetElapsedTime(began) >= TimeSpan.FromMilliseconds(70));
    }

    [Fact]
    public async Task Throttle_ManyBytes_TakeTheirTime()
    {
        using TcpClient client = await Echoed();
        _proxy.Throttle(100_000);

        long began = TimeProvider.System.GetTimestamp();
        client.GetStream().Write(new byte[20_000]);
        await Receive(client, 20_000);

        Assert.True(TimeProvider.System.GetElapsedTime(began) >= TimeSpan.FromMilliseconds(150));
    }

    [Fact]
    public async Task Disturb_SameSeed_GivesTheSameFaults()
    {
        await using var other = FaultProxy.Start(_server.Port);

        for (var i = 0; i < 20; i++)
            Assert.Equal(_proxy.Disturb(), other.Disturb());

        _proxy.Heal();
        (await Echoed()).Dispose();
    }

    private static async Task<byte[]> Receive(TcpClient client, int count)
    {
        using var bound = new CancellationTokenSource(Bound);
        var buffer = new byte[count];
        await client.GetStream().ReadExactlyAsync(buffer, bound.Token);
        return buffer;
    }

    private static async Task Ends(TcpClient client)
    {
        using var bound = new CancellationTokenSource(Bound);
        try
        {
            while (await client.GetStream().ReadAsync(new byte[100], bound.Token) > 0)
            {
            }
        }
        catch (IOException)
        {
            // A reset is an end, too.
        }
    }

    private async Task<TcpClient> Connect()
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _proxy.Port);
        return client;
    }

    private async Task<TcpClient> Echoed()
    {
        TcpClient client = await Connect();
        client.GetStream().WriteByte(42);
        Assert.Equal([42], await Receive(client, 1));
        return client;
    }
}
