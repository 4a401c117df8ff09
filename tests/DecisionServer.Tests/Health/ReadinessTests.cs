using System.Net;
using DecisionServer.Tests.Processes;
using DecisionServer.V1;
using Grpc.Core;
using Grpc.Health.V1;
using static Grpc.Health.V1.HealthCheckResponse.Types;
using HealthClient = Grpc.Health.V1.Health.HealthClient;

namespace DecisionServer.Tests.Health;

public sealed class ReadinessTests
{
    private static readonly HealthCheckRequest Decisions = new() { Service = "decisionserver.v1.DecisionService" };

    [Fact]
    public async Task Watch_GenerationPublished_DecisionsTurnServingAndMetricsTellOfIt()
    {
        using var files = new TemporaryDirectory();
        await using ServerProcess server = await ServerProcess.Start();
        using AsyncServerStreamingCall<HealthCheckResponse> watch = new HealthClient(server.Channel).Watch(Decisions);
        Assert.True(await watch.ResponseStream.MoveNext(default));
        Assert.Equal(ServingStatus.NotServing, watch.ResponseStream.Current.Status);

        await LoaderProcess.LoadGenerated(server, "week-1", members: 500, offers: 100, files.Path);

        Assert.True(await watch.ResponseStream.MoveNext(default));
        Assert.Equal(ServingStatus.Serving, watch.ResponseStream.Current.Status);
        Assert.Equal(HttpStatusCode.OK, (await server.HttpClient.GetAsync(new Uri(server.Http, "health/ready"))).StatusCode);
        Assert.Equal(1, await server.Metric("decisionserver_generation_info{generation=\"week-1\",state=\"current\"}"));
        Assert.Equal(500, await server.Metric("decisionserver_generation_offer_sets{generation=\"week-1\"}"));
        Assert.Equal(500, await server.Metric("decisionserver_resident_offer_sets"));
        await new DecisionService.DecisionServiceClient(server.Channel).NextBestOffersAsync(new NextBestOffersRequest { MemberId = "M00000001" });
        Assert.Equal(1, await server.Metric("decisionserver_decision_duration_seconds_count{method=\"next_best_offers\"}"));
        Assert.Equal(1, await server.Metric("decisionserver_decisions_total{placement=\"default\",outcome=\"filled\"}"));
    }

    [Fact]
    public async Task Start_AfterAPublication_ReadyByItself()
    {
        using var files = new TemporaryDirectory();
        using var data = new TemporaryDirectory();
        await using (ServerProcess first = await ServerProcess.Start(data.Path, []))
            await LoaderProcess.LoadGenerated(first, "week-1", members: 500, offers: 100, files.Path);

        await using ServerProcess second = await ServerProcess.Start(data.Path, []);

        await Eventually.True(
            async () => (await new HealthClient(second.Channel).CheckAsync(Decisions)).Status == ServingStatus.Serving, "decisions are answered again");
    }
}
