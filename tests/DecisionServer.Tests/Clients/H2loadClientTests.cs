using System.Buffers.Binary;
using System.Globalization;
using System.Text.RegularExpressions;
using DecisionServer.Tests.Processes;
using DecisionServer.V1;
using Google.Protobuf;

namespace DecisionServer.Tests.Clients;

/// <summary>h2load, which speaks HTTP/2 and knows nothing of gRPC: a message with its length in front, sent as it is.</summary>
public sealed partial class H2loadClientTests(LoadedServer loaded) : IClassFixture<LoadedServer>
{
    private const int Calls = 20_000;
    private const string Filled = "decisionserver_decisions_total{placement=\"default\",outcome=\"filled\"}";

    [Fact]
    public async Task NextBestOffers_ManyAtOnce_AllAnsweredWithStatus0()
    {
        double before = await loaded.Server.Metric(Filled) ?? 0;

        string output = await Load(loaded.Server, connections: 8, streams: 16);

        Assert.Contains($"{Calls} total, {Calls} started, {Calls} done, {Calls} succeeded, 0 failed, 0 errored, 0 timeout", output, StringComparison.Ordinal);
        Assert.Contains($"status codes: {Calls} 2xx, 0 3xx, 0 4xx, 0 5xx", output, StringComparison.Ordinal);

        // h2load shows no trailers, so grpc-status 0 is read from the other side: the server counts a filled decision only where it answers with one.
        Assert.Equal(before + Calls, await loaded.Server.Metric(Filled));
        Assert.Equal(0, await loaded.Server.Metric("decisionserver_calls_shed_total{kind=\"unary\"}"));
    }

    [Fact]
    public async Task NextBestOffers_FarMoreThanTheQueueTakes_ShedNotFailed()
    {
        await using ServerProcess server = await ServerProcess.Start("Limits:QueuedCalls=1");

        string output = await Load(server, connections: 20, streams: 50);

        // Whatever was refused was refused as a proper answer, and the server is well afterwards.
        Assert.Contains($"{Calls} succeeded, 0 failed, 0 errored, 0 timeout", output, StringComparison.Ordinal);
        double shed = (await server.Metric("decisionserver_calls_shed_total{kind=\"unary\"}"))!.Value;
        double answered = (await server.Metric("decisionserver_decision_failures_total{method=\"next_best_offers\",reason=\"no_generation\"}")) ?? 0;
        Assert.Equal(Calls, shed + answered);
        Assert.True(shed > 0, "no call was shed");
        Assert.Equal(0, await server.Metric("decisionserver_calls_in_flight{kind=\"unary\"}"));
    }

    private static async Task<string> Load(ServerProcess server, int connections, int streams)
    {
        using var directory = new TemporaryDirectory();
        byte[] message = new NextBestOffersRequest { MemberId = "M00000003" }.ToByteArray();
        byte[] framed = new byte[5 + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), message.Length);
        message.CopyTo(framed, 5);
        await File.WriteAllBytesAsync(directory.File("message"), framed);
        string output = await LoadedServer.Run(
            "h2load",
            "-n", Calls.ToString(CultureInfo.InvariantCulture), "-c", connections.ToString(CultureInfo.InvariantCulture),
            "-m", streams.ToString(CultureInfo.InvariantCulture), "-d", directory.File("message"),
            "-H", "content-type: application/grpc", "-H", "te: trailers", new Uri(server.Grpc, "decisionserver.v1.DecisionService/NextBestOffers").AbsoluteUri);
        return Spaces().Replace(output, " ");
    }

    [GeneratedRegex(" +")]
    private static partial Regex Spaces();
}
