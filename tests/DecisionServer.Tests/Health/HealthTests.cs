using System.Net;
using DecisionServer.Tests.Processes;
using Grpc.Core;
using Grpc.Health.V1;
using static Grpc.Health.V1.HealthCheckResponse.Types;
using HealthClient = Grpc.Health.V1.Health.HealthClient;

namespace DecisionServer.Tests.Health;

public sealed class HealthTests
{
    [Fact]
    public async Task Check_NoGeneration_ServerServesDecisionsDoNot()
    {
        await using ServerProcess server = await ServerProcess.Start();
        var health = new HealthClient(server.Channel);

        Assert.Equal(ServingStatus.Serving, (await health.CheckAsync(new HealthCheckRequest())).Status);
        Assert.Equal(ServingStatus.NotServing, (await health.CheckAsync(Service("decisionserver.v1.DecisionService"))).Status);
        Assert.Equal(HttpStatusCode.OK, (await server.HttpClient.GetAsync(new Uri(server.Http, "health/live"))).StatusCode);
        HttpResponseMessage ready = await server.HttpClient.GetAsync(new Uri(server.Http, "health/ready"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal("no generation is current: load and publish one\n", await ready.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Check_UnknownService_NotFound()
    {
        await using ServerProcess server = await ServerProcess.Start();

        RpcException fault = await Assert.ThrowsAsync<RpcException>(
            () => new HealthClient(server.Channel).CheckAsync(Service("no.Service")).ResponseAsync);

        Assert.Equal(StatusCode.NotFound, fault.StatusCode);
    }

    [Fact]
    public async Task Watch_UnknownService_SaysSoAndGoesOn()
    {
        await using ServerProcess server = await ServerProcess.Start();

        using AsyncServerStreamingCall<HealthCheckResponse> watch = new HealthClient(server.Channel).Watch(Service("no.Service"));

        Assert.True(await watch.ResponseStream.MoveNext(default));
        Assert.Equal(ServingStatus.ServiceUnknown, watch.ResponseStream.Current.Status);
    }

    [Fact]
    public async Task List_Always_EveryServiceAndTheServer()
    {
        await using ServerProcess server = await ServerProcess.Start();

        HealthListResponse list = await new HealthClient(server.Channel).ListAsync(new HealthListRequest());

        Assert.Equal(ServiceRegistration.Services.Select(service => service.FullName).Append("").Order(), list.Statuses.Keys.Order());
    }

    private static HealthCheckRequest Service(string name) => new() { Service = name };
}
