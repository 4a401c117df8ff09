using DecisionServer.Client.Routing;
using DecisionServer.Store;

namespace DecisionServer.Client.Tests.Routing;

public sealed class HashTests
{
    [Fact]
    public void Of_AnyMember_IsTheServersHash()
    {
        foreach (string member in Enumerable.Range(0, 64).Select(length => new string('m', length + 1)).Concat(Enumerable.Range(0, 1000).Select(m => $"Mitglied-äöü-{m}")))
        {
            Assert.Equal(MemberKey.From(member).Hash, MemberHash.Of(member));
        }

        Assert.Null(MemberHash.Of(""));
        Assert.NotNull(MemberHash.Of(new string('x', 1000)));
    }

    [Theory]
    [InlineData(0ul, 8, 0)]
    [InlineData(0x2000000000000000ul, 8, 1)]
    [InlineData(ulong.MaxValue, 3, 2)]
    public void ShardOf_Hash_IsItsPartOfTheRange(ulong hash, int shards, int expected) => Assert.Equal(expected, ShardMap.ShardOf(hash, shards));
}
