using Grpc.Contract.Tests.Protos;
using Grpc.Core;

namespace Grpc.Contract.Tests.Calls;

/// <summary>One round trip of every kind of call, through the generated code, the real client and the real server.</summary>
public class CallKindTests
{
    [Fact]
    public async Task UnaryAsync_Echo_ReturnsTheRequest()
    {
        await using var server = await ContractServer.StartAsync();

        using var call = server.Client.UnaryAsync(new Note { Text = "grüße", Count = 7 });
        var response = await call;

        Assert.Equal(new Note { Text = "grüße", Count = 7 }, response);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task Unary_Blocking_ReturnsTheRequest()
    {
        await using var server = await ContractServer.StartAsync();

        var response = await Task.Run(() => server.Client.Unary(new Note { Text = "blocking" }));

        Assert.Equal("blocking", response.Text);
    }

    [Fact]
    public async Task ServerStreaming_HundredResponses_ArriveInOrder()
    {
        await using var server = await ContractServer.StartAsync();
        var counts = new List<int>();

        using var call = server.Client.ServerStreaming(new Note { Text = "n", Count = 100 });
        await foreach (var response in call.ResponseStream.ReadAllAsync())
            counts.Add(response.Count);

        Assert.Equal(Enumerable.Range(0, 100), counts);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task ClientStreaming_HundredRequests_AreAllRead()
    {
        await using var server = await ContractServer.StartAsync();

        using var call = server.Client.ClientStreaming();
        for (var i = 1; i <= 100; i++)
            await call.RequestStream.WriteAsync(new Note { Count = i });
        await call.RequestStream.CompleteAsync();

        Assert.Equal(5050, (await call).Count);
    }

    [Fact]
    public async Task Duplex_PingPong_AnswersEachRequestBeforeTheNext()
    {
        await using var server = await ContractServer.StartAsync();

        using var call = server.Client.Duplex();
        for (var i = 0; i < 100; i++)
        {
            await call.RequestStream.WriteAsync(new Note { Count = i });
            Assert.True(await call.ResponseStream.MoveNext());
            Assert.Equal(i, call.ResponseStream.Current.Count);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext());
    }
}
