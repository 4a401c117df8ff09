using DecisionServer.Fleet.Sharding;

namespace DecisionServer.Tests.Fleet.Sharding;

public sealed class ShardMapTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly string[] Three = ["a", "b", "c"];
    private static readonly string[] Four = ["a", "b", "c", "d"];

    [Fact]
    public void Change_StepByStep_OldOwnerAnswersUntilTheInstant_NewOneFromTheAnnouncementOn()
    {
        var first = ShardMap.First(8, Three);
        var proposed = first.Propose(ShardAssignment.Balance(first.Owners, Four), Now);
        var announced = proposed.Announce(Now.AddSeconds(3));
        var (shard, _) = proposed.Moves.First();
        var before = first.Owners[shard];

        Assert.Equal(2, proposed.Moves.Count());
        Assert.All(proposed.Moves, move => Assert.Equal("d", move.Node));
        Assert.Equal(first.Owners, proposed.OwnersAt(Now));
        Assert.True(proposed.WantedBy("d", Now).Contains(shard));
        Assert.False(proposed.AnsweredBy("d", Now).Contains(shard));
        Assert.True(proposed.AnsweredBy(before, Now).Contains(shard));

        Assert.Equal(first.Owners, announced.OwnersAt(Now.AddSeconds(2)));
        Assert.True(announced.AnsweredBy("d", Now).Contains(shard));
        Assert.True(announced.AnsweredBy(before, Now.AddSeconds(2)).Contains(shard));

        Assert.Equal("d", announced.OwnersAt(Now.AddSeconds(3))[shard]);
        Assert.False(announced.AnsweredBy(before, Now.AddSeconds(3)).Contains(shard));
        Assert.False(announced.WantedBy(before, Now.AddSeconds(3)).Contains(shard));
        Assert.Equal([1L, 2L, 3L], new[] { first.Version, proposed.Version, announced.Version });
    }

    [Fact]
    public void Propose_AfterTheInstant_BeginsFromTheOwnersThatBecameSo()
    {
        var moved = ShardMap.First(8, Three).Propose(ShardAssignment.Balance(ShardMap.First(8, Three).Owners, Four), Now).Announce(Now);

        var settled = moved.Propose(moved.OwnersAt(Now), Now);

        Assert.Equal(moved.Next, settled.Owners);
        Assert.Null(settled.Next);
        Assert.Empty(settled.Moves);
    }

    // Nodes come, stay away, are lost and come back in any order: at every instant every shard has an owner who answers for it, and clocks that are apart change nothing.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void AnyHistory_EveryShardIsAnsweredFor_AndNoneLeavesTheOnlyNodeThatHoldsIt(int seed)
    {
        var random = new Random(seed);
        string[] all = ["a", "b", "c", "d", "e", "f"];
        var map = ShardMap.First(32, ["a"]);
        var now = Now;
        for (var step = 0; step < 500; step++)
        {
            string[] live = [.. all.Where(_ => random.Next(3) > 0)];
            var lost = all.Except(live).Where(_ => random.Next(2) == 0).ToHashSet();
            bool Held(int shard) => shard % 3 == 0;
            var plan = ShardPlan.Make(map.OwnersAt(now), live, lost, Held);

            for (var shard = 0; shard < map.Count; shard++)
            {
                var owner = map.OwnersAt(now)[shard];
                if (live.Contains(owner) || live.Length == 0) continue;
                if (lost.Contains(owner) && Held(shard)) Assert.Contains(plan[shard], live);
                else Assert.Equal(owner, plan[shard]);
            }

            Assert.Equal(plan, ShardPlan.Make(plan, live, lost, Held));
            map = map.Propose(plan, now);
            if (random.Next(2) == 0 && map.Next is not null) map = map.Announce(now.AddSeconds(random.Next(3)));
            foreach (var apart in new[] { -1.0, 0, 1.0 })
            {
                var there = now.AddSeconds(apart);
                for (var shard = 0; shard < map.Count; shard++)
                {
                    Assert.True(map.AnsweredBy(map.OwnersAt(now)[shard], there).Contains(shard) || map.AnsweredBy(map.OwnersAt(there)[shard], there).Contains(shard));
                    Assert.True(map.WantedBy(map.OwnersAt(now)[shard], now).Contains(shard));
                }
            }

            now = now.AddSeconds(random.Next(4));
        }
    }

    [Fact]
    public void Plan_AFourthNode_TakesAQuarterAndNothingElseMoves()
    {
        var owners = ShardAssignment.Balance(new string?[8], Three);

        var plan = ShardPlan.Make(owners, Four, new HashSet<string>(), _ => true);

        var moved = Enumerable.Range(0, 8).Where(shard => plan[shard] != owners[shard]).ToList();
        Assert.Equal(2, moved.Count);
        Assert.All(moved, shard => Assert.Equal("d", plan[shard]));
    }

    [Fact]
    public void Plan_ANodeThatIsRestarted_KeepsItsShards()
    {
        var owners = ShardAssignment.Balance(new string?[8], Three);

        Assert.Equal(owners, ShardPlan.Make(owners, ["a", "b"], new HashSet<string>(), _ => true));
        Assert.Equal(owners, ShardPlan.Make(owners, ["a", "b"], new HashSet<string> { "c" }, _ => false));
        Assert.DoesNotContain("c", ShardPlan.Make(owners, ["a", "b"], new HashSet<string> { "c" }, _ => true));
    }
}
