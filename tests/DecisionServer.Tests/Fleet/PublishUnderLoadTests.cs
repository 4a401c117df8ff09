using System.Collections.Concurrent;
using DecisionServer.Tests.Processes;
using DecisionServer.V1;
using Grpc.Core;

namespace DecisionServer.Tests.Fleet;

/// <summary>One publish for all nodes, watched by callers on each of them.</summary>
[Trait("Category", "Fault")]
public sealed class PublishUnderLoadTests
{
    private readonly ConcurrentQueue<(string Node, DateTimeOffset Asked, DateTimeOffset Answered, string Generation)> _answers = new();
    private readonly ConcurrentQueue<string> _failures = new();

    [Fact]
    public async Task Publish_ThreeNodesUnderLoad_NoneAnswersFromTheOldOneAfterTheInstant()
    {
        await using var fleet = await FleetCluster.Start(3);
        await fleet.Load("week-1");
        using var stop = new CancellationTokenSource();
        var callers = fleet.Nodes.SelectMany(node => Enumerable.Range(0, 2).Select(i => Task.Run(() => Call(node, i, stop.Token)))).ToList();
        await Eventually.True(() => _answers.Count > 300, "callers are answered");

        await fleet.Load("week-2");
        var published = (await fleet.Nodes[0].Ingest.GetGenerationAsync(new GetGenerationRequest { GenerationId = "week-2" })).Generation;
        var enough = _answers.Count + 300;
        await Eventually.True(() => _answers.Count > enough, "callers are answered after it, too");
        await stop.CancelAsync();
        await Task.WhenAll(callers);

        Assert.Equal(GenerationState.Current, published.State);
        Assert.Empty(_failures);
        AssertNoneIsLate(await Instant(fleet));
        Assert.All(fleet.Nodes, node => Assert.Contains(_answers, answer => answer.Node == node.Name && answer.Generation == "week-2"));
    }

    [Fact]
    public async Task Publish_NodeSuspendedThroughIt_AnswersNothingOldWhenItWakes()
    {
        // A node that is silent for three seconds is not waited for: the publish goes on without it.
        await using var fleet = await FleetCluster.Start(2, "Fleet:LostSeconds=3", "Fleet:LeaseSeconds=2");
        await fleet.Load("week-1");
        var (awake, asleep) = (fleet.Nodes[0], fleet.Nodes[1]);
        using var files = new TemporaryDirectory();
        await LoadOnly(awake, "week-2", files.Path);
        await Eventually.True(
            async () => (await asleep.Ingest.ListGenerationsAsync(new ListGenerationsRequest())).Generations.Any(each => each is { GenerationId: "week-2", State: GenerationState.Sealed }),
            "the other node has fetched it");

        asleep.Server.Program.Suspend();
        try
        {
            var answer = await awake.Ingest.PublishGenerationAsync(new PublishGenerationRequest { GenerationId = "week-2" }, deadline: DateTime.UtcNow.AddSeconds(60));
            Assert.Equal("week-1", answer.PreviousGenerationId);
        }
        finally
        {
            // What is asked while it sleeps waits in its sockets, and is what it answers first.
            var waiting = Enumerable.Range(0, 8).Select(i => asleep.Decide($"M{i:D8}")).ToList();
            asleep.Server.Program.Resume();
            foreach (var decision in await Task.WhenAll(waiting)) Assert.Equal("week-2", decision.GenerationId);
        }

        await fleet.Converge();
    }

    private async Task Call(FleetNodeProcess node, int caller, CancellationToken stop)
    {
        // Paced: the load beside it gives way to decisions, and would not end where callers leave no processor idle.
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            await pace.WaitForNextTickAsync(CancellationToken.None);
            // The clock of this machine is truth's, too.
            var asked = DateTimeOffset.UtcNow;
            try
            {
                var answer = await node.Decide($"M{((i * 7) + caller) % 500:D8}");
                _answers.Enqueue((node.Name, asked, DateTimeOffset.UtcNow, answer.GenerationId));
            }
            catch (RpcException e)
            {
                _failures.Enqueue($"{node.Name}: {e.Status}");
            }
        }
    }

    // An answer asked for after the instant is of the new generation; nodes read the clock of this very machine, so that only the estimate of it can be off.
    private void AssertNoneIsLate(DateTimeOffset instant)
    {
        var late = _answers.Where(answer => answer.Asked > instant.AddMilliseconds(50) && answer.Generation == "week-1").ToList();
        Assert.True(late.Count == 0, $"{late.Count} answers of week-1 up to {late.Select(answer => (answer.Asked - instant).TotalMilliseconds).DefaultIfEmpty().Max():0} ms after the instant");
        Assert.DoesNotContain(_answers, answer => answer.Answered < instant.AddMilliseconds(-50) && answer.Generation == "week-2");
    }

    private static async Task<DateTimeOffset> Instant(FleetCluster fleet)
    {
        // Publishing again what is current tells since when.
        var answer = await fleet.Nodes[0].Ingest.PublishGenerationAsync(new PublishGenerationRequest { GenerationId = "week-2" });
        return answer.EffectiveAt.ToDateTimeOffset();
    }

    private static async Task LoadOnly(FleetNodeProcess node, string generation, string directory)
    {
        (await LoaderProcess.Run("generate", "--members", "500", "--offers", "100", "--set-size", "35", "--seed", "8", "--format", "pb", "--out", directory)).Succeeded();
        (await LoaderProcess.Run(
            "load", "--server", node.Server.Grpc.ToString(), "--generation", generation,
            "--offers", Path.Combine(directory, "offers.pb"), "--offer-sets", Path.Combine(directory, "offer_sets.pb"))).Succeeded();
    }
}
