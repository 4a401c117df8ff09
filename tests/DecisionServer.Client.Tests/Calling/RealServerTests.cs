using DecisionServer.Client.Endpoints;
using DecisionServer.Client.Tests.Support;
using DecisionServer.Tests.Hosting;
using DecisionServer.Tests.Processes;
using DecisionServer.Tests.Support;
using DecisionServer.V1;
using Grpc.Core;

namespace DecisionServer.Client.Tests.Calling;

/// <summary>Against real servers that are killed, told to stop, overloaded or cut off.</summary>
public sealed class RealServerTests(LoadedData data) : IClassFixture<LoadedData>
{
    private const string InFlight = "decisionserver_calls_in_flight{kind=\"unary\"}";
    private const string Shed = "decisionserver_calls_shed_total{kind=\"unary\"}";

    [Fact]
    public async Task Read_SameMember_StaysOnOneServer()
    {
        await using ServerProcess first = await data.Start(), second = await data.Start();
        await using DecisionServerClient client = Clients.Of(first.Grpc, second.Grpc);
        await Clients.Ready(client);
        string member = Clients.MemberAt(client, second.Grpc);

        for (int i = 0; i < 20; i++)
        {
            await client.Decisions.NextBestOffersAsync(Clients.Ask(member));
        }

        Assert.Equal(20, await Decisions(second));
        Assert.Equal(0, await Decisions(first));
    }

    [Fact]
    [Trait("Category", "Fault")]
    public async Task Read_OneOfTwoKilled_NoneFailsWithinTheBudget()
    {
        await using ServerProcess first = await data.Start(), second = await data.Start();
        await using DecisionServerClient client = Clients.Of(options => options.RetryBurst = 100, first.Grpc, second.Grpc);
        await Clients.Ready(client);

        Load load = Load.Start(client, callers: 16);
        await Eventually.True(() => load.Answered > 500, "calls are answered");
        await first.Kill();
        long then = load.Answered;
        await Eventually.True(() => load.Answered > then + 1000 && client.Pool.All[0].State == EndpointState.Lost, "the other one answers all");
        IReadOnlyList<RpcException> failures = await load.Stop();

        Assert.True(failures.Count == 0, $"{failures.Count} failed, {client.Statistics.Retries} were tried again:\n{string.Join('\n', failures.Take(3))}");
        Assert.Equal(0, client.Statistics.OutOfBudget);
    }

    [Fact]
    [Trait("Category", "Fault")]
    public async Task Read_OneOfTwoKilledWithoutBudget_OnlyWhatWasUnderWayFails()
    {
        await using ServerProcess first = await data.Start(), second = await data.Start();
        await using DecisionServerClient client = Clients.Of(options => (options.RetryBurst, options.RetryRatio) = (0, 0), first.Grpc, second.Grpc);
        await Clients.Ready(client);

        Load load = Load.Start(client, callers: 16);
        await Eventually.True(() => load.Answered > 500, "calls are answered");
        await first.Kill();
        long then = load.Answered;
        await Eventually.True(() => load.Answered > then + 1000 && client.Pool.All[0].State == EndpointState.Lost, "the other one answers all");
        IReadOnlyList<RpcException> failures = await load.Stop();

        Assert.Equal(failures.Count, client.Statistics.OutOfBudget);
        Assert.Equal(0, client.Statistics.Retries);
    }

    [Fact]
    [Trait("Category", "Fault")]
    public async Task Call_OneOfTwoToldToStop_NoneFailsWithoutAnyAttemptMore()
    {
        await using ServerProcess first = await data.Start("Listen:NoticeSeconds=4"), second = await data.Start();
        await using DecisionServerClient client = Clients.Of(options => options.Attempts = 1, first.Grpc, second.Grpc);
        await Clients.Ready(client);

        Load load = Load.Start(client, callers: 8);
        await Eventually.True(() => load.Answered > 500, "calls are answered");
        Assert.Equal(0, await first.Stop());
        long then = load.Answered;
        await Eventually.True(() => load.Answered > then + 500, "the other one answers all");

        Assert.Empty(await load.Stop());
    }

    [Fact]
    public async Task Read_ServerOverloaded_ComesAgainAfterTheHintAndNotBefore()
    {
        await using ServerProcess server = await data.Start("Limits:ConcurrentCalls=1", "Limits:RetryAfterMilliseconds=400");
        using var http = new HttpClient();
        await using DecisionServerClient client = Clients.Of(options => (options.Attempts, options.FollowFleet) = (10, false), server.Grpc);
        await Clients.Ready(client);
        using StalledCall stalled = StalledCall.Start(http, server.Grpc);
        await Eventually.True(async () => await server.Metric(InFlight) == 1, "one call in flight");

        long started = TimeProvider.System.GetTimestamp();
        Task<NextBestOffersResponse> asking = client.Decisions.NextBestOffersAsync(Clients.Ask(LoadedData.Member(1))).ResponseAsync;
        await Eventually.True(async () => await server.Metric(Shed) >= 2, "refused twice");
        TimeSpan twice = TimeProvider.System.GetElapsedTime(started);
        stalled.Release();
        await asking.WaitAsync(Eventually.Bound);

        // Each attempt waited its hint, so there were no more of them than the time allows.
        TimeSpan elapsed = TimeProvider.System.GetElapsedTime(started);
        Assert.True(twice >= TimeSpan.FromMilliseconds(400), $"tried again after {twice}");
        Assert.InRange(client.Statistics.Retries, 1, (long)(elapsed.TotalMilliseconds / 400) + 1);
    }

    [Fact]
    public async Task Read_OneOfTwoOverloaded_TheOtherIsAskedAtOnce()
    {
        await using ServerProcess busy = await data.Start("Limits:ConcurrentCalls=1", "Limits:RetryAfterMilliseconds=60000"), free = await data.Start();
        using var http = new HttpClient();
        await using DecisionServerClient client = Clients.Of(options => options.FollowFleet = false, busy.Grpc, free.Grpc);
        await Clients.Ready(client);
        string member = Clients.MemberAt(client, busy.Grpc);
        using StalledCall stalled = StalledCall.Start(http, busy.Grpc);
        await Eventually.True(async () => await busy.Metric(InFlight) == 1, "one call in flight");

        for (int i = 0; i < 10; i++)
        {
            await client.Decisions.NextBestOffersAsync(Clients.Ask(member)).ResponseAsync.WaitAsync(Eventually.Bound);
        }

        Assert.Equal((1d, 10d), (await busy.Metric(Shed), await Decisions(free)));
        Assert.Equal(1, client.Statistics.Retries);
    }

    [Fact]
    public async Task UnsafeCall_Refused_IsNotMadeAgain()
    {
        await using ServerProcess server = await data.Start("Limits:ConcurrentCalls=1", "Limits:RetryAfterMilliseconds=1");
        using var http = new HttpClient();
        await using DecisionServerClient client = Clients.Of(options => (options.Attempts, options.FollowFleet) = (10, false), server.Grpc);
        await Clients.Ready(client);
        using StalledCall stalled = StalledCall.Start(http, server.Grpc);
        await Eventually.True(async () => await server.Metric(InFlight) == 1, "one call in flight");
        var ingest = new IngestService.IngestServiceClient(client.Invoker);

        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => ingest.RollbackGenerationAsync(new()).ResponseAsync);

        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
        Assert.Equal((0, 1d), (client.Statistics.Retries, await server.Metric(Shed)));
    }

    [Fact]
    public async Task Call_RefusedForWhatItIs_IsNotMadeAgain()
    {
        await using ServerProcess server = await data.Start();
        await using DecisionServerClient client = Clients.Of(server.Grpc);

        RpcException refused = await Assert.ThrowsAsync<RpcException>(
            () => client.Decisions.NextBestOffersAsync(new() { MemberId = "m", Placements = { new PlacementRequest { Placement = "none" } } }).ResponseAsync);

        Assert.Equal((StatusCode.InvalidArgument, 0L), (refused.StatusCode, client.Statistics.Retries));
    }

    // The answers are lost on the way: each attempt carries the same key, so the offer is activated once, and the caller hears of that.
    [Fact]
    [Trait("Category", "Fault")]
    public async Task Write_AnswerLost_TakesEffectOnceUnderOneKey()
    {
        await using ServerProcess server = await data.Start();
        await using FaultProxy link = FaultProxy.Start(server.Grpc.Port);
        await using DecisionServerClient client = Clients.Of(
            options => (options.Attempts, options.WatchHealth, options.FollowFleet, options.RetryBurst) = (10, false, false, 100), Clients.Of(link));
        string member = LoadedData.Member(5);
        NextBestOffersResponse decision = await client.Decisions.NextBestOffersAsync(Clients.Ask(member));
        string offer = decision.Placements[0].Offers[0].OfferId;
        var direct = new MemberService.MemberServiceClient(server.Channel);

        // 1. Half-open: the request arrives, its answer does not. Once it has taken effect the link is cut and well again.
        link.Swallow(LinkWay.ToClient);
        Task<ActivateOfferResponse> activating = client.Members.ActivateOfferAsync(new() { MemberId = member, OfferId = offer }).ResponseAsync;
        await Eventually.True(async () => (await direct.GetMemberAsync(new() { MemberId = member })).Member.Activated.Count == 1, "it has taken effect");
        ulong version = (await direct.GetMemberAsync(new() { MemberId = member })).Member.Version;
        link.Heal();

        // 2. The second attempt is told what the first one did.
        ActivateOfferResponse answer = await activating.WaitAsync(Eventually.Bound);
        Assert.Equal(Refusal.Unspecified, answer.Refusal);
        Assert.True(client.Statistics.Retries > 0);
        Assert.Equal(version, (await direct.GetMemberAsync(new() { MemberId = member })).Member.Version);
    }

    [Fact]
    public async Task Read_NoAnswer_EndsAtTheDefaultDeadline()
    {
        await using ServerProcess server = await data.Start();
        await using FaultProxy link = FaultProxy.Start(server.Grpc.Port);
        link.Swallow(LinkWay.ToClient);
        await using DecisionServerClient client = Clients.Of(options => (options.WatchHealth, options.FollowFleet, options.Deadline) = (false, false, TimeSpan.FromMilliseconds(300)), Clients.Of(link));

        RpcException failure = await Assert.ThrowsAsync<RpcException>(
            () => client.Decisions.NextBestOffersAsync(Clients.Ask(LoadedData.Member(1))).ResponseAsync.WaitAsync(Eventually.Bound));

        Assert.Equal(StatusCode.DeadlineExceeded, failure.StatusCode);
    }

    [Fact]
    [Trait("Category", "Fault")]
    public async Task Read_HedgedAndItsServerSilent_AnotherAnswers()
    {
        await using ServerProcess first = await data.Start(), second = await data.Start();
        await using FaultProxy link = FaultProxy.Start(first.Grpc.Port);
        await using DecisionServerClient client = Clients.Of(
            options => (options.HedgeAfter, options.WatchHealth, options.FollowFleet) = (TimeSpan.FromMilliseconds(50), false, false), Clients.Of(link), second.Grpc);
        string member = Clients.MemberAt(client, Clients.Of(link));
        link.Swallow(LinkWay.ToClient);

        NextBestOffersResponse answer = await client.Decisions.NextBestOffersAsync(Clients.Ask(member)).ResponseAsync.WaitAsync(Eventually.Bound);

        Assert.Equal("g1", answer.GenerationId);
        Assert.Equal((1, 0), (client.Statistics.Hedges, client.Statistics.Retries));
        Assert.Equal(1, await Decisions(second));
    }

    [Fact]
    public async Task Write_HedgingOn_IsSentOnce()
    {
        await using ServerProcess first = await data.Start();
        await using FaultProxy link = FaultProxy.Start(first.Grpc.Port);
        link.Delay(TimeSpan.FromMilliseconds(100));
        await using DecisionServerClient client = Clients.Of(
            options => (options.HedgeAfter, options.WatchHealth, options.FollowFleet) = (TimeSpan.FromMilliseconds(1), false, false), Clients.Of(link));

        await client.Members.PutProfileAsync(new() { MemberId = "m", Profile = new() { Consents = { "mail" } } });

        Assert.Equal(0, client.Statistics.Hedges);
    }

    [Fact]
    public async Task Call_Answered_HasHeadersAndStatus()
    {
        await using ServerProcess server = await data.Start();
        await using DecisionServerClient client = Clients.Of(server.Grpc);
        Assert.Equal("g1", await Task.Run(() => client.Decisions.NextBestOffers(Clients.Ask(LoadedData.Member(1))).GenerationId));

        using AsyncUnaryCall<NextBestOffersResponse> call = client.Decisions.NextBestOffersAsync(Clients.Ask(LoadedData.Member(1)));
        await call.ResponseHeadersAsync.WaitAsync(Eventually.Bound);
        await call;

        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task Call_Cancelled_EndsAndIsNotMadeAgain()
    {
        await using ServerProcess server = await data.Start();
        await using FaultProxy link = FaultProxy.Start(server.Grpc.Port);
        link.Swallow(LinkWay.ToClient);
        await using DecisionServerClient client = Clients.Of(options => (options.WatchHealth, options.FollowFleet) = (false, false), Clients.Of(link));
        using var cancel = new CancellationTokenSource();

        AsyncUnaryCall<NextBestOffersResponse> call = client.Decisions.NextBestOffersAsync(Clients.Ask("m"), cancellationToken: cancel.Token);
        await Eventually.True(() => link.Bytes(LinkWay.ToServer) > 0, "it is under way");
        await cancel.CancelAsync();

        RpcException failure = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync.WaitAsync(Eventually.Bound));
        Assert.Equal((StatusCode.Cancelled, StatusCode.Cancelled, 0L), (failure.StatusCode, call.GetStatus().StatusCode, client.Statistics.Retries));
        call.Dispose();
    }

    [Fact]
    public async Task Stream_OfDecisions_IsAnsweredInOrder()
    {
        await using ServerProcess server = await data.Start();
        await using DecisionServerClient client = Clients.Of(server.Grpc);
        using AsyncDuplexStreamingCall<NextBestOffersRequest, NextBestOffersResponse> stream = client.Decisions.DecideStream();
        for (int m = 0; m < 50; m++)
        {
            await stream.RequestStream.WriteAsync(Clients.Ask(LoadedData.Member(m)));
        }

        await stream.RequestStream.CompleteAsync();
        int answers = 0;
        while (await stream.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(Eventually.Bound))
        {
            answers++;
        }

        Assert.Equal(50, answers);
    }

    private static async Task<double> Decisions(ServerProcess server)
    {
        string metrics = await server.Metrics();
        return metrics.Split('\n').Where(line => line.StartsWith("decisionserver_decisions_total{", StringComparison.Ordinal))
            .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture));
    }
}
