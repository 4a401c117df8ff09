using DecisionServer.Fleet.Sharding;
using DecisionServer.Store;
using FsCheck;
using FsCheck.Fluent;

namespace DecisionServer.Tests.Fleet.Sharding;

public sealed class ShardTests
{
    [Theory]
    [InlineData(0ul, 8, 0)]
    [InlineData(0x1FFFFFFFFFFFFFFFul, 8, 0)]
    [InlineData(0x2000000000000000ul, 8, 1)]
    [InlineData(ulong.MaxValue, 8, 7)]
    [InlineData(ulong.MaxValue, 1, 0)]
    [InlineData(ulong.MaxValue, 3, 2)]
    [InlineData(0x5555555555555555ul, 3, 0)]
    [InlineData(0x5555555555555556ul, 3, 1)]
    public void Of_Hash_IsItsPartOfTheRange(ulong hash, int shards, int expected) => Assert.Equal(expected, Shards.Of(new MemberKey(hash, 0), shards));

    // The contract's formula in arbitrary precision.
    [Fact]
    public void Of_AnyMember_IsAsTheContractSays() => Check.QuickThrowOnFailure(Prop.ForAll<ulong, PositiveInt>((hash, count) =>
    {
        int shards = (count.Get % Shards.Most) + 1;
        return Shards.Of(new MemberKey(hash, 0), shards) == (int)((System.Numerics.BigInteger)hash * shards >> 64);
    }));

    [Fact]
    public void Of_ManyMembers_AreSpreadEvenly()
    {
        int[] counts = new int[8];
        for (int m = 0; m < 80_000; m++)
        {
            counts[Shards.Of(MemberKey.From($"M{m:00000000}"), 8)]++;
        }

        Assert.All(counts, count => Assert.InRange(count, 9_500, 10_500));
    }

    [Fact]
    public void Balance_EightOverThreeThenFour_MovesAQuarter()
    {
        string[] three = ShardAssignment.Balance(new string?[8], ["a", "b", "c"]);
        string[] four = ShardAssignment.Balance(three, ["a", "b", "c", "d"]);

        Assert.Equal([3, 3, 2], three.CountBy(owner => owner).Select(count => count.Value).OrderDescending());
        Assert.All(four.CountBy(owner => owner), count => Assert.Equal(2, count.Value));
        Assert.Equal(2, Moved(three, four));
        Assert.All(four.Zip(three), pair => Assert.True(pair.First == pair.Second || pair.First == "d"));
    }

    [Fact]
    public void Balance_AnyFleet_IsEvenDeterministicAndMovesNoMoreThanItMust() => Check.QuickThrowOnFailure(Prop.ForAll<int>(seed =>
    {
        var random = new System.Random(seed);
        string[] nodes = [.. Enumerable.Range(0, random.Next(1, 7)).Select(i => $"n{i}")];
        string?[] before = [.. Enumerable.Range(0, random.Next(1, 40)).Select(_ => random.Next(9) is var i && i < 8 ? $"n{i}" : null)];
        string[] shuffled = [.. nodes];
        random.Shuffle(shuffled);

        string[] after = ShardAssignment.Balance(before, nodes);

        int[] counts = [.. nodes.Select(node => after.Count(owner => owner == node))];
        return counts.Max() - counts.Min() <= 1
            && counts.Sum() == before.Length
            && after.SequenceEqual(ShardAssignment.Balance(before, shuffled))
            && after.SequenceEqual(ShardAssignment.Balance(after, nodes))
            && Moved(before, after) == FewestMoves(before, nodes);
    }));

    [Fact]
    public void Balance_NodeComes_TakesItsShareAndNothingElseMoves() => Check.QuickThrowOnFailure(Prop.ForAll<int>(seed =>
    {
        (string[] nodes, string[] before) = Balanced(new System.Random(seed));

        string[] after = ShardAssignment.Balance(before, [.. nodes, "new"]);

        return after.Zip(before).All(pair => pair.First == pair.Second || pair.First == "new")
            && Moved(before, after) == before.Length / (nodes.Length + 1);
    }));

    [Fact]
    public void Balance_NodeGoes_OnlyItsShardsMove() => Check.QuickThrowOnFailure(Prop.ForAll<int>(seed =>
    {
        var random = new System.Random(seed);
        (string[] nodes, string[] before) = Balanced(random);
        if (nodes.Length == 1)
        {
            return true;
        }

        string gone = nodes[random.Next(nodes.Length)];
        string[] after = ShardAssignment.Balance(before, [.. nodes.Where(node => node != gone)]);
        return after.Zip(before).All(pair => pair.First == pair.Second || pair.Second == gone);
    }));

    // A fleet that has come to where it is by nodes that came and went.
    private static (string[] Nodes, string[] Owners) Balanced(System.Random random)
    {
        string[] owners = ShardAssignment.Balance(new string?[random.Next(1, 65)], ["n0"]);
        string[] nodes = ["n0"];
        for (int step = random.Next(8); step > 0; step--)
        {
            nodes = [.. Enumerable.Range(0, 8).OrderBy(_ => random.Next()).Take(random.Next(1, 8)).Select(i => $"n{i}")];
            owners = ShardAssignment.Balance(owners, nodes);
        }

        return (nodes, owners);
    }

    private static int Moved(IReadOnlyList<string?> before, IReadOnlyList<string> after) => before.Zip(after).Count(pair => pair.First != pair.Second);

    // Whoever tries every way of dealing out the larger shares cannot keep more in place.
    private static int FewestMoves(string?[] before, string[] nodes)
    {
        (int share, int larger) = Math.DivRem(before.Length, nodes.Length);
        int most = 0;
        for (int mask = 0; mask < 1 << nodes.Length; mask++)
        {
            if (System.Numerics.BitOperations.PopCount((uint)mask) == larger)
            {
                most = Math.Max(most, nodes.Select((node, i) => Math.Min(before.Count(owner => owner == node), share + ((mask >> i) & 1))).Sum());
            }
        }

        return before.Length - most;
    }
}
