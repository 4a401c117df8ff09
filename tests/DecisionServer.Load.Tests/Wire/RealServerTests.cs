using System.Diagnostics;
using DecisionServer.Load.Blast;
using DecisionServer.Load.Calls;
using DecisionServer.Load.Wire;
using DecisionServer.Tests.Processes;

namespace DecisionServer.Load.Tests.Wire;

public sealed class RealServerTests(LoadedServer loaded) : IClassFixture<LoadedServer>
{
    private const int Offers = 200;

    [Fact]
    public async Task Call_ManyAtOnce_EachIsAnsweredWithTenOffers()
    {
        using var client = new WireClient(loaded.Server.Grpc, connections: 2, streams: 20);
        var calls = new NextBestOffersCalls(Members());

        WireReply[] replies = await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => client.Call(calls, keep: WireClient.Whole).AsTask()));

        Assert.All(replies, reply => Assert.Equal(CallStatus.Ok, reply.Status));
        Assert.All(replies, reply => Assert.Null(calls.Check(reply.Message)));
        Assert.All(replies, reply => Assert.Equal("week-1"u8, AnswerFields.GenerationId(reply.Message)));
    }

    [Fact]
    public void Run_ServedByCaller_AnswersComeOnTheCallersThread()
    {
        using WireClient client = WireClient.ServedByCaller(loaded.Server.Grpc, connections: 2, streams: 4);
        var calls = new NextBestOffersCalls(Members());
        var threads = new HashSet<int>();
        Task<int>[] answers = [.. Enumerable.Range(0, 100).Select(_ => Ask())];
        Assert.False(client.HasRoom);

        long patience = Stopwatch.GetTimestamp() + (30 * Stopwatch.Frequency);
        while (!Array.TrueForAll(answers, answer => answer.IsCompleted) && Stopwatch.GetTimestamp() < patience)
            client.Run(Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 100));

        // Only so much of each message was kept as was asked for.
        Assert.All(answers, answer => Assert.Equal(64, answer.IsCompletedSuccessfully ? answer.GetAwaiter().GetResult() : -1));
        Assert.Equal([Environment.CurrentManagedThreadId], threads);
        Assert.True(client.HasRoom);

        async Task<int> Ask()
        {
            WireReply reply = await client.Call(calls, keep: 64).ConfigureAwait(false);
            threads.Add(Environment.CurrentManagedThreadId);
            return reply.Status == CallStatus.Ok && reply.MessageBytes > 64 ? reply.Message!.Length : -1;
        }
    }

    [Fact]
    public async Task Call_EveryKind_IsUnderstood()
    {
        using var client = new WireClient(loaded.Server.Grpc, connections: 1, streams: 4);
        ICallSource[] kinds =
        [
            new NextBestOffersCalls(Members()),
            new NextBestOffersCalls(Members(), deadline: new CallDeadline(60_000)),
            new RankSearchCalls(Members(), Offers, seed: 1),
            new ActivateCalls(new ActivateCalls.Sequence(LoadedServer.Members), "OF000000"),
            new AvailabilityCalls(Offers, seed: 1),
        ];

        // Twice: the second request of a path is sent by indexes only, after those of the other paths.
        foreach (ICallSource kind in kinds.Concat(kinds))
        {
            WireReply reply = await client.Call(kind, keep: WireClient.Whole);
            Assert.Equal((kind.Path, CallStatus.Ok, null), (kind.Path, reply.Status, reply.Detail));
            Assert.Null(kind.Check(reply.Message));
        }
    }

    [Fact]
    public async Task Call_RequestOfManyFrames_IsUnderstood()
    {
        using var client = new WireClient(loaded.Server.Grpc, connections: 1, streams: 4);

        WireReply reply = await client.Call(new LongSearch());

        Assert.Equal((CallStatus.Ok, null), (reply.Status, reply.Detail));
    }

    [Fact]
    public async Task Call_BadRequestAndUnknownMethod_AreToldByStatus()
    {
        using var client = new WireClient(loaded.Server.Grpc, connections: 1, streams: 4);

        WireReply bad = await client.Call(new Fixed(NextBestOffersCalls.DefaultPath, []));
        WireReply unknown = await client.Call(new Fixed("/decisionserver.v1.DecisionService/None", []));

        Assert.Equal(CallStatus.InvalidArgument, bad.Status);
        Assert.Contains("member_id", bad.Detail, StringComparison.Ordinal);
        Assert.Equal(CallStatus.Unimplemented, unknown.Status);
    }

    [Fact]
    public void Blast_ClosedLoop_CountsEveryAnswer()
    {
        BlastResult result = BlastRun.Run(Options() with { Seconds = 1, Verify = 10 });

        Assert.Equal((0, true), (result.Failed, result.Calls > 0));
        Assert.True(result.P50Ms > 0 && result.P50Ms <= result.P99Ms && result.P99Ms <= result.MaxMs, result.ToText());
        Assert.InRange(result.BytesPerAnswer, 100, 10_000);
    }

    [Fact]
    public void Blast_OpenLoop_MakesEveryCallThatWasDue()
    {
        BlastResult result = BlastRun.Run(Options() with { Rate = 300, Seconds = 1, Threads = 2, Grace = 60 });

        Assert.Equal(0, result.Failed);
        Assert.InRange(result.Calls, 298, 302);
    }

    [Fact]
    public void Blast_FailuresOnly_AreCountedByStatus()
    {
        BlastResult result = BlastRun.Run(Options() with { Method = "decisionserver.v1.DecisionService/None", Seconds = 0.5 });

        Assert.Equal(0, result.Calls);
        Assert.Equal(result.Failed, result.FailedBy[nameof(CallStatus.Unimplemented)]);
        Assert.True(result.Failed > 0);
    }

    [Fact]
    public async Task Call_ServerEnds_IsLostAndComesBackWithTheServer()
    {
        using var directory = new TemporaryDirectory();
        await using ServerProcess server = await ServerProcess.Start(directory.File("data"), []);
        using var client = new WireClient(server.Grpc, connections: 1, streams: 4);
        var calls = new NextBestOffersCalls(Members());
        Assert.Equal(CallStatus.FailedPrecondition, (await client.Call(calls)).Status);

        await server.Stop();
        WireReply lost = await client.Call(calls).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(CallStatus.ConnectionLost, lost.Status);

        using var again = RunningProgram.Start("dotnet",
        [
            Repository.ServerDll, $"--Listen:Grpc={server.Grpc}", "--Listen:Http=http://127.0.0.1:0", $"--Data:Directory={directory.File("data")}",
        ]);
        await Eventually.True(async () => (await client.Call(calls)).Status == CallStatus.FailedPrecondition, "the client reconnects");
        Assert.True(client.Reconnects > 0);
    }

    private static MemberIds Members() => new(LoadedServer.Members, seed: 1);

    private BlastOptions Options() =>
        new() { Server = loaded.Server.Grpc, Members = LoadedServer.Members, Connections = 2, Streams = 8, Warmup = 0.2 };

    private sealed class Fixed(string path, byte[] message) : ICallSource
    {
        public string Path => path;

        public int MaxLength => message.Length;

        public int WriteNext(Span<byte> into)
        {
            message.CopyTo(into);
            return message.Length;
        }

        public string? Check(ReadOnlySpan<byte> answer) => null;
    }

    /// <summary>A thousand candidates with long names: some 70 KB, five frames.</summary>
    private sealed class LongSearch : ICallSource
    {
        private readonly byte[] _message = Google.Protobuf.MessageExtensions.ToByteArray(new V1.RankSearchRequest
        {
            MemberId = "M00000001",
            Candidates = { Enumerable.Range(0, 1000).Select(item => new V1.SearchCandidate { ItemId = $"{item:D60}", Relevance = 1 }) },
        });

        public string Path => RankSearchCalls.DefaultPath;

        public int MaxLength => _message.Length;

        public int WriteNext(Span<byte> into)
        {
            Assert.True(_message.Length > 64 * 1024);
            _message.CopyTo(into);
            return _message.Length;
        }

        public string? Check(ReadOnlySpan<byte> answer) => null;
    }
}
