using DecisionServer.Journal.Tests.Support;
using DecisionServer.Store;

namespace DecisionServer.Journal.Tests.Postgres;

/// <summary>Several nodes over one truth, without faults.</summary>
public sealed class FleetTests
{
    [Fact]
    public async Task Write_SameTotalFromAllNodes_CapIsNeverExceeded()
    {
        await using var fleet = await Fleet.Open(3);

        var results = await Task.WhenAll(Enumerable.Range(0, 600).Select(i => fleet[i % 3].Count("capped", 250)));

        Assert.Equal(Enumerable.Range(1, 250).Select(i => (long)i), results.OfType<long>().Order());
        await fleet.Converge();
    }

    [Fact]
    public async Task Write_SameIdempotencyKeyOnAllNodes_HappensOnceWithOneAnswer()
    {
        await using var fleet = await Fleet.Open(3);

        var answers = await Task.WhenAll(Enumerable.Range(0, 300).Select(async i => (Key: i / 3, Answer: await fleet[i % 3].Act("somebody", $"key-{i / 3}"))));

        Assert.All(answers.GroupBy(answer => answer.Key), key => Assert.Single(key.Select(answer => answer.Answer).Distinct()));
        Assert.Equal(Enumerable.Range(1, 100).Select(i => (ulong)i), answers.Select(answer => answer.Answer).Distinct().Order());
        Assert.Equal("100", await fleet.Sql("SELECT count(*) FROM actions"));
        await fleet.Converge();
    }

    [Fact]
    public async Task Write_SameStockFromAllNodes_SoldOnceEachAndTheEpochGrowsByOne()
    {
        await using var fleet = await Fleet.Open(3);
        await fleet[0].Do((transaction, effects) =>
        {
            var row = new AvailabilityRow { Subject = AvailabilitySubject.Item, SubjectId = "i", Stock = 80, Version = 1, Epoch = 1 };
            transaction.PutAvailability([row], 1);
            effects.Add(mirror => mirror.Availability([row], 1));
            return true;
        });

        var epochs = await Task.WhenAll(Enumerable.Range(0, 300).Select(i => fleet[i % 3].Take("i")));

        Assert.Equal(Enumerable.Range(2, 80).Select(i => (ulong)i), epochs.OfType<ulong>().Order());
        Assert.Contains(await fleet.Converge(), line => line.StartsWith("availability Item i", StringComparison.Ordinal) && line.Contains("Stock = 0", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Write_EverythingOnAllNodes_ChangesAreInOrderAndLeadToTheSame()
    {
        await using var fleet = await Fleet.Open(3);
        var announced = fleet.Nodes.Select(_ => new List<Change>()).ToList();
        for (var i = 0; i < 3; i++)
        {
            var mine = announced[i];
            fleet[i].Journal.Committed += mine.AddRange;
        }

        await Task.WhenAll(Enumerable.Range(0, 3).Select(n => Task.Run(async () =>
        {
            var random = new Random(n);
            for (var i = 0; i < 60; i++) await Anything(fleet[n], random, i);
        })));

        // What a node announces is contiguous within itself, and all of them together are the whole order.
        var all = announced.SelectMany(changes => changes).DistinctBy(change => change.Sequence).OrderBy(change => change.Sequence).ToList();
        Assert.Equal(Enumerable.Range(1, all.Count).Select(i => (long)i), all.Select(change => change.Sequence));
        Assert.All(announced, mine => Assert.Equal(mine.Select(change => change.Sequence).Order(), mine.Select(change => change.Sequence)));
        var read = await fleet[0].Journal.Read(0, 10_000, CancellationToken.None);
        Assert.Equal(all.Select(change => (change.Sequence, Convert.ToHexString(change.Content.Span))), read.Select(change => (change.Sequence, Convert.ToHexString(change.Content.Span))));
        var replays = fleet.Nodes.Sum(node => node.Mirror.Replays);
        await fleet.Converge();
        Assert.Equal(replays, fleet.Nodes.Sum(node => node.Mirror.Replays));
    }

    [Fact]
    public async Task Follow_NewsLostDoubledAndLate_NodesServeTheSame()
    {
        await using var fleet = await Fleet.Open(2);
        await using var silent = await Node.Open(fleet.Options);
        fleet.Nodes.Add(silent);
        var random = new Random(5);
        var news = new List<Change>();
        var gaps = 0;
        fleet[0].Journal.Committed += changes =>
        {
            lock (news) news.AddRange(changes);
        };

        for (var i = 0; i < 120; i++)
        {
            await Anything(fleet[i % 2], random, i);
            List<Change> some;
            lock (news) some = [.. news.DistinctBy(change => change.Sequence).OrderBy(change => change.Sequence)];
            var from = random.Next(some.Count + 1);
            var slice = some[from..Math.Min(some.Count, from + random.Next(12))];
            if (!silent.Journal.Follow(slice)) gaps++;
            if (random.Next(20) == 0) await silent.CatchUp();
        }

        Assert.True(gaps > 0);
        await fleet.Converge();
        Assert.Equal(1, silent.Mirror.Replays);
    }

    [Fact]
    public async Task CatchUp_ChangesNotKeptAnyMore_ReadsEverythingAnewAtOneMoment()
    {
        await using var fleet = await Fleet.Open(2, change: options => options with { MaxChanges = 10, ChangesKept = TimeSpan.FromSeconds(5) });
        for (var i = 0; i < 60; i++) await fleet[0].Act($"m{i % 9}", $"k{i}");
        await Eventually.True(() => fleet.Sql("SELECT count(*) <= 10 FROM change").GetAwaiter().GetResult() == "t", "changes are trimmed");

        var result = await fleet[1].Journal.CatchUp(CancellationToken.None);

        Assert.True(result.Replayed);
        Assert.Equal(60, result.Applied);
        Assert.Empty(await fleet[1].Journal.Read(0, 100, CancellationToken.None));
        await fleet.Converge();

        // A node that is behind and writes gets there, too.
        await fleet[1].Act("m1", "more");
        await fleet.Converge();
    }

    [Fact]
    public async Task Write_NodeFarBehind_ItsCommandsSeeTruthAndItsServingFollows()
    {
        await using var fleet = await Fleet.Open(2, change: options => options with { MaxChanges = 10, ChangesKept = TimeSpan.FromSeconds(5) });
        for (var i = 0; i < 40; i++) await fleet[0].Count("a", 1_000);
        await Eventually.True(() => fleet.Sql("SELECT trimmed > 20 FROM meta").GetAwaiter().GetResult() == "t", "changes are trimmed");

        Assert.Equal(41, await fleet[1].Count("a", 1_000));

        Assert.Equal(41, fleet[1].Journal.Applied);
        Assert.Contains("Value = 41", fleet[1].Mirror["total a"], StringComparison.Ordinal);
        await fleet.Converge();
    }

    [Fact]
    public async Task EraseMember_OnOneNode_GoneFromTruthChangesAndAllNodesInOneOrder()
    {
        await using var fleet = await Fleet.Open(3, change: options => options with { ErasurePurge = TimeSpan.Zero });
        for (var i = 0; i < 12; i++) await fleet[i % 3].Act($"member-{i}", $"k{i}");

        var erased = await Task.WhenAll(Enumerable.Range(0, 9).Select(i => fleet[i % 3].Erase($"member-{i + (i == 8 ? 100 : 0)}")));
        await fleet[0].Act("member-1", "again");

        Assert.Equal(8, erased.Count(known => known));
        var lines = await fleet.Converge();
        Assert.Equal(9, lines.Count(line => line.StartsWith("erased ", StringComparison.Ordinal)));
        Assert.Contains(lines, line => line.StartsWith("member member-1 ", StringComparison.Ordinal) && line.Contains("\"Version\":1", StringComparison.Ordinal));
        Assert.Equal("0", await fleet.Sql("SELECT (SELECT count(*) FROM actions WHERE member = 'member-2') + (SELECT count(*) FROM members WHERE member = 'member-2')"));
        await Eventually.True(
            () => fleet.Sql("SELECT count(*) FROM change WHERE position(convert_to('member-2', 'UTF8') in content) > 0").GetAwaiter().GetResult() == "0", "no change names the member");
    }

    [Fact]
    public async Task Beat_OfSeveralNodes_ShowsAgesAndWhoIsReplaced()
    {
        await using var fleet = await Fleet.Open(2);
        var (first, second) = (Guid.NewGuid(), Guid.NewGuid());
        await fleet[0].Journal.Beat(new NodeRecord { Name = "a", Incarnation = first, Content = "{}" }, CancellationToken.None);
        await fleet.Sql("UPDATE node SET beat = beat - interval '1 hour'");
        await fleet[0].Count("x", 5);

        var seen = await fleet[1].Journal.Beat(new NodeRecord { Name = "b", Incarnation = second, Applied = 3, Content = "hello" }, CancellationToken.None);
        var again = await fleet[1].Journal.Beat(new NodeRecord { Name = "a", Incarnation = second }, CancellationToken.None);

        Assert.Equal(["a", "b"], seen.Nodes.Select(node => node.Node.Name));
        Assert.InRange(seen.Nodes[0].Age, TimeSpan.FromMinutes(60), TimeSpan.FromMinutes(70));
        Assert.InRange(seen.Nodes[1].Age, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Assert.Equal(new NodeRecord { Name = "b", Incarnation = second, Applied = 3, Content = "hello" }, seen.Nodes[1].Node);
        Assert.Equal((fleet[1].Journal.Epoch, 1L, null), (seen.Epoch, seen.Sequence, seen.Replaced));
        Assert.InRange(seen.Now, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddMinutes(5));
        Assert.Equal(first, again.Replaced!.Node.Incarnation);
        Assert.Equal(1, fleet[1].Journal.Known);

        await fleet[0].Journal.Leave("a", first, CancellationToken.None);
        await fleet[0].Journal.Leave("b", second, CancellationToken.None);
        Assert.Equal("a", await fleet.Sql("SELECT string_agg(name, ',') FROM node"));
    }

    [Fact]
    public async Task Follow_ServingFails_OrderIsKeptAndEverythingComesAnew()
    {
        await using var fleet = await Fleet.Open(2);
        await fleet[0].Count("a", 10);
        await fleet[0].Count("b", 10);
        fleet[1].Mirror.Faults = 1;

        Assert.False(fleet[1].Journal.Follow(await fleet[0].Journal.Read(0, 10, CancellationToken.None)));
        Assert.Equal(0, fleet[1].Journal.Applied);
        Assert.False(fleet[1].Journal.Follow(await fleet[0].Journal.Read(1, 10, CancellationToken.None)));

        Assert.True((await fleet[1].Journal.CatchUp(CancellationToken.None)).Replayed);
        await fleet.Converge();
    }

    private static async Task Anything(Node node, Random random, int i)
    {
        switch (random.Next(6))
        {
            case 0:
                await node.Count($"total-{random.Next(4)}", 1_000);
                break;
            case 1:
                var name = $"f{random.Next(5)}";
                var content = random.Next(4) == 0 ? "" : $"{i}";
                await node.Do((transaction, effects) =>
                {
                    transaction.PutFact("kind", new NamedDocument(name, content));
                    effects.Add(mirror => mirror.Facts("kind", [new NamedDocument(name, content)]));
                    return true;
                });
                break;
            case 2:
                var row = new AvailabilityRow
                {
                    Subject = AvailabilitySubject.Offer,
                    SubjectId = $"o{random.Next(5)}",
                    Scope = AvailabilityScopeKind.Store,
                    ScopeId = $"s{random.Next(3)}",
                    Available = random.Next(2) == 0,
                    PriceMinor = random.Next(3) == 0 ? null : i,
                    ValidUntil = random.Next(2) == 0 ? Fill.Noon : null,
                    Version = (ulong)i + 1,
                    Epoch = 1,
                };
                await node.Do((transaction, effects) =>
                {
                    var epoch = transaction.AvailabilityEpoch + 1;
                    transaction.PutAvailability([row with { Epoch = epoch }], epoch);
                    effects.Add(mirror => mirror.Availability([row with { Epoch = epoch }], epoch));
                    return true;
                });
                break;
            case 3:
                ScoredOfferConfig[] offers = random.Next(3) == 0 ? [] : [new ScoredOfferConfig($"o{i}", 0.5f)];
                PlacementConfig[] placements = [new PlacementConfig { Name = $"p{random.Next(3)}", MaxPerBrand = i + 1 }];
                NamedDocument[] rules = [new NamedDocument($"r{random.Next(3)}", random.Next(3) == 0 ? "" : $"{i}")];
                await node.Do((transaction, effects) =>
                {
                    transaction.PutSegmentOffers("gold", offers);
                    transaction.PutGlobalOffers(offers);
                    transaction.PutPlacements(placements);
                    transaction.PutCapRules(rules);
                    transaction.Audit("act", "subject", "");
                    effects.Add(mirror =>
                    {
                        mirror.SegmentOffers("gold", offers);
                        mirror.GlobalOffers(offers);
                        mirror.Placements(placements);
                        mirror.CapRules(rules);
                    });
                    return true;
                });
                break;
            case 4:
                await node.Erase($"m{random.Next(6)}");
                break;
            default:
                await node.Act($"m{random.Next(6)}", $"{Guid.NewGuid()}");
                break;
        }
    }
}
