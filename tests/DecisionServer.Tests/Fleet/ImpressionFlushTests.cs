using System.Globalization;
using DecisionServer.Tests.Processes;
using DecisionServer.Tests.Support;
using DecisionServer.V1;
using Npgsql;

namespace DecisionServer.Tests.Fleet;

/// <summary>Impressions that decisions count by themselves reach truth once, also where it was in doubt whether they had.</summary>
[Trait("Category", "Fault")]
public sealed class ImpressionFlushTests
{
    private const string Member = "M00000001";

    [Fact]
    public async Task Flush_AnswerToTheCommitLost_CountsOnce()
    {
        await using var fleet = await FleetCluster.Start(2);
        await fleet.Load("week-1");
        await CountOnDecision(fleet);
        var (a, b) = (fleet.Nodes[0], fleet.Nodes[1]);
        long expected = await Decide(b);
        await Eventually.True(async () => await Counted(fleet) == expected, "nothing is under way");
        await fleet.Converge();

        // 1. Truth's row of all commits is held, so that the commit of one node waits for it.
        await using var connection = new NpgsqlConnection(fleet.TruthConnection);
        await connection.OpenAsync();
        var before = await fleet.TruthSequence();
        await using (var holder = await connection.BeginTransactionAsync())
        {
            await using var hold = new NpgsqlCommand("SELECT sequence FROM decisionserver.meta FOR UPDATE", connection);
            await hold.ExecuteNonQueryAsync();
            expected += await Decide(a);
            await Eventually.True(async () => await Waiting(fleet) > 0, "the commit waits");

            // 2. From now on no answer reaches the node; the commit happens.
            a.Truth.Swallow(LinkWay.ToClient);
            expected += await Decide(a);
            await holder.RollbackAsync();
        }

        await Eventually.True(async () => await fleet.TruthSequence() > before, "truth has the commit");

        // 3. The node learns of it by itself, and counts what was decided meanwhile.
        a.Truth.Heal();
        expected += await Decide(a);
        await Eventually.True(async () => await Counted(fleet) >= expected, "all impressions are in truth");
        await fleet.Converge();
        Assert.Equal(expected, await Counted(fleet));

        // 4. Nodes agree on what a cap leaves.
        expected += await Decide(b);
        await Eventually.True(async () => await Counted(fleet) == expected, "the next ones are counted");
        await fleet.Converge();
    }

    private static async Task CountOnDecision(FleetCluster fleet)
    {
        var catalogue = new CatalogService.CatalogServiceClient(fleet.Nodes[0].Server.Channel);
        await catalogue.PutPlacementsAsync(new PutPlacementsRequest { Placements = { new Placement { Name = "counting", CountImpressions = CountImpressions.OnDecision } } });
        await catalogue.PutCapRulesAsync(new PutCapRulesRequest
        {
            Rules =
            {
                new CapRule { Name = "all", Event = CapEvent.Impression, Scope = CapScope.Everywhere, Per = CapPer.Total, Limit = 1_000_000 },
                new CapRule { Name = "each", Event = CapEvent.Impression, Scope = CapScope.Everywhere, Per = CapPer.Member, Limit = 1_000_000 },
            },
        });
        await fleet.Converge();
    }

    // Impressions that one decision counts.
    private static async Task<int> Decide(FleetNodeProcess node)
    {
        var answer = await node.Decisions.NextBestOffersAsync(
            new NextBestOffersRequest { MemberId = Member, Placements = { new PlacementRequest { Placement = "counting" } } }, deadline: DateTime.UtcNow.AddSeconds(30));
        Assert.NotEmpty(answer.Placements[0].Offers);
        return answer.Placements[0].Offers.Count;
    }

    private static async Task<long> Counted(FleetCluster fleet) => Number(await fleet.Sql("SELECT coalesce(sum(value), 0) FROM decisionserver.totals WHERE counter LIKE 'impression%'"));

    private static async Task<long> Waiting(FleetCluster fleet) => Number(await fleet.Sql("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name LIKE 'DecisionServer%'"));

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
