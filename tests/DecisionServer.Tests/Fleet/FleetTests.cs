using DecisionServer.Tests.Processes;
using DecisionServer.V1;
using Grpc.Core;

namespace DecisionServer.Tests.Fleet;

[Trait("Category", "Fault")]
public sealed class FleetTests
{
    private const string Member = "M00000001";

    [Fact]
    public async Task Publish_OverOneNode_AllAnswerFromItAndHoldTheSame()
    {
        await using var fleet = await FleetCluster.Start(3);

        await fleet.Load("week-1");

        var answers = await Task.WhenAll(fleet.Nodes.Select(node => node.Decide(Member)));
        Assert.All(answers, answer => Assert.Equal("week-1", answer.GenerationId));
        Assert.Single(answers.Select(answer => string.Join(",", answer.Placements[0].Offers.Select(offer => offer.OfferId))).Distinct());
        Assert.Equal("week-1", (await fleet.Converge()).GenerationId);

        // What others are at comes with their heartbeats.
        GetFleetResponse status = new();
        await Eventually.True(
            async () => (status = await fleet.Nodes[1].Fleet.GetFleetAsync(new GetFleetRequest())).Nodes.All(node => node is { State: NodeState.Ready, CurrentGenerationId: "week-1" }),
            "the fleet shows itself with the generation");
        Assert.Equal(["n1", "n2", "n3"], status.Nodes.Select(node => node.Name));
    }

    [Fact]
    public async Task Changes_OnAnyNode_AreSeenOnAllOthers()
    {
        await using var fleet = await FleetCluster.Start(2);
        await fleet.Load("week-1");
        var (a, b) = (fleet.Nodes[0], fleet.Nodes[1]);
        var offers = (await a.Decide(Member)).Placements[0].Offers;
        var (taken, gone) = (offers[0].OfferId, offers[1].OfferId);

        await a.Members.ActivateOfferAsync(new ActivateOfferRequest { MemberId = Member, OfferId = taken, IdempotencyKey = "k" });
        var update = await b.Availability.UpdateAvailabilityAsync(new UpdateAvailabilityRequest { Updates = { new AvailabilityUpdate { OfferId = gone, Available = false } } });

        var atOther = await a.Decisions.NextBestOffersAsync(new NextBestOffersRequest { MemberId = Member, MinAvailabilityEpoch = update.AvailabilityEpoch });
        Assert.DoesNotContain(atOther.Placements[0].Offers, offer => offer.OfferId == gone);
        await Eventually.True(
            async () => (await b.Decide(Member)).Placements[0].Offers.All(offer => offer.OfferId != taken || offer.Activated), "the other node knows of the activation");
        var again = await b.Members.ActivateOfferAsync(new ActivateOfferRequest { MemberId = Member, OfferId = taken, IdempotencyKey = "k" });
        Assert.Equal(1UL, again.Member.Version);
        await fleet.Converge();
    }

    [Fact]
    public async Task BackUp_RefusedWithTheWayThatWorks()
    {
        await using var fleet = await FleetCluster.Start(1);

        var backup = await Assert.ThrowsAsync<RpcException>(
            async () => await new AdminService.AdminServiceClient(fleet.Nodes[0].Server.Channel).BackupJournalAsync(new BackupJournalRequest()));

        Assert.Equal(StatusCode.FailedPrecondition, backup.StatusCode);
        Assert.Contains("pg_dump", backup.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Node_StartedAnew_HasEverythingBeforeItIsReady()
    {
        await using var fleet = await FleetCluster.Start(1);
        await fleet.Load("week-1");
        await fleet.Load("week-2");
        var offer = (await fleet.Nodes[0].Decide(Member)).Placements[0].Offers[0].OfferId;
        await fleet.Nodes[0].Members.ActivateOfferAsync(new ActivateOfferRequest { MemberId = Member, OfferId = offer, IdempotencyKey = "k" });

        var late = await fleet.AddNode("late");

        Assert.Equal("week-2", (await late.Decide(Member)).GenerationId);
        await fleet.Converge();
        var back = await late.Ingest.RollbackGenerationAsync(new RollbackGenerationRequest());
        Assert.Equal(("week-1", "week-2"), (back.Generation.GenerationId, back.PreviousGenerationId));
        Assert.Equal("week-1", (await fleet.Nodes[0].Decide(Member)).GenerationId);
    }
}
