using System.Text;

namespace DecisionServer.Loader.Tests;

public sealed class OfferIdTableTests
{
    [Fact]
    public void TryAdd_ManyIds_AllFoundAgain()
    {
        var table = new OfferIdTable();
        for (var i = 0; i < 200_000; i++) Assert.True(table.TryAdd(Utf8($"13-{i * 31L}"), out var index) && index == i);

        Assert.Equal(200_000, table.Count);
        for (var i = 0; i < 200_000; i++)
        {
            Assert.True(table.TryGet(Utf8($"13-{i * 31L}"), out var index) && index == i);
            Assert.Equal($"13-{i * 31L}", table.Id(i));
        }

        Assert.False(table.TryGet(Utf8("13-x"), out _));
        Assert.False(table.TryGet(default, out _));
    }

    [Fact]
    public void TryAdd_Again_FalseAndItsIndex()
    {
        var table = Reading.Table("a", "b");

        Assert.False(table.TryAdd("b"u8, out var index));
        Assert.Equal(1, index);
        Assert.Equal(2, table.Count);
    }

    private static byte[] Utf8(string id) => Encoding.UTF8.GetBytes(id);
}
