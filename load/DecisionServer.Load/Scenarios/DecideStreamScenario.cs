using System.Globalization;
using DecisionServer.Load.Calls;
using DecisionServer.Load.Running;
using DecisionServer.V1;
using Grpc.Core;
using Grpc.Net.Client;
using NBomber.Contracts;
using NBomber.Contracts.Stats;
using NBomber.CSharp;

namespace DecisionServer.Load.Scenarios;

/// <summary>Bulk decisions over streams, as a mail run asks for them.</summary>
internal sealed class DecideStreamScenario : ILoadScenario
{
    private const int Streams = 2;
    private const int MessagesEach = 5_000;

    public string Name => "decide-stream";

    public string Goal =>
        $"Two callers send {MessagesEach:N0} requests each over one DecideStream after the other and read as many answers, each with ten offers. The latency is that of a whole stream. The client is Grpc.Net.Client, which costs more than the server: this shows that streams work, not how fast the server could be.";

    public ScenarioProps[] Build(ScenarioHost host)
    {
        GrpcChannel channel = host.Channel();
        MemberIds members = host.Members();
        return
        [
            Scenario.Create(Name, async context => await Stream(new DecisionService.DecisionServiceClient(channel), members))
                .WithWarmUpDuration(ScenarioHost.WarmUp)
                .WithLoadSimulations(Simulation.KeepConstant(Streams, host.Phase))
                .WithThresholds(
                    Threshold.Create(stats => stats.Fail.Request.Count == 0),
                    Threshold.Create(stats => host.Notes.Noted("answers a second", stats.Ok.Request.RPS * MessagesEach) > 0)),
        ];
    }

    private static async Task<Response<object>> Stream(DecisionService.DecisionServiceClient client, MemberIds members)
    {
        try
        {
            using AsyncDuplexStreamingCall<NextBestOffersRequest, NextBestOffersResponse> call = client.DecideStream();
            Task sending = Task.Run(async () =>
            {
                for (int i = 0; i < MessagesEach; i++)
                    await call.RequestStream.WriteAsync(new NextBestOffersRequest { MemberId = Next(members) });
                await call.RequestStream.CompleteAsync();
            });
            int answers = 0;
            long bytes = 0;
            while (await call.ResponseStream.MoveNext(CancellationToken.None))
            {
                NextBestOffersResponse answer = call.ResponseStream.Current;
                if (answer.Placements.Count != 1 || answer.Placements[0].Offers.Count != 10)
                    return Replies.Wrong("an answer does not have ten offers");
                bytes += answer.CalculateSize();
                answers++;
            }

            await sending;
            return answers == MessagesEach
                ? Response.Ok(sizeBytes: bytes)
                : Replies.Wrong(string.Create(CultureInfo.InvariantCulture, $"{answers} answers to {MessagesEach} requests"));
        }
        catch (RpcException fault)
        {
            return Response.Fail(fault.StatusCode.ToString(), fault.Status.Detail);
        }
    }

    private static string Next(MemberIds members)
    {
        lock (members)
            return MemberIds.Text(members.Next());
    }
}
