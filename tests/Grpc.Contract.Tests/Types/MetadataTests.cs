using Grpc.Core;

namespace Grpc.Contract.Tests.Types;

public class MetadataTests
{
    [Fact]
    public void Entry_KeyInUpperCase_IsLowered() => Assert.Equal("x-trace_1.a", new Metadata.Entry("X-Trace_1.A", "v").Key);

    [Theory]
    [InlineData("x trace")]
    [InlineData("x:trace")]
    [InlineData("größe")]
    [InlineData("x\ntrace")]
    public void Entry_KeyWithOtherCharacters_Throws(string key)
    {
        Assert.Throws<ArgumentException>(() => new Metadata.Entry(key, "v"));
        Assert.Throws<ArgumentException>(() => new Metadata.Entry(key + "-bin ", [1]));
    }

    [Fact]
    public void Entry_KindAgainstTheSuffix_Throws()
    {
        Assert.Throws<ArgumentException>(() => new Metadata.Entry("key-bin", "text"));
        Assert.Throws<ArgumentException>(() => new Metadata.Entry("key", [1]));
    }

    [Fact]
    public void Entry_Null_Throws()
    {
        Assert.Throws<ArgumentNullException>(() => new Metadata.Entry(null!, "v"));
        Assert.Throws<ArgumentNullException>(() => new Metadata.Entry("key", (string)null!));
        Assert.Throws<ArgumentNullException>(() => new Metadata.Entry("key-bin", (byte[])null!));
    }

    [Fact]
    public void Entry_Binary_KeepsACopy()
    {
        byte[] bytes = [1, 2];
        var entry = new Metadata.Entry("key-bin", bytes);
        bytes[0] = 9;
        entry.ValueBytes[1] = 9;

        Assert.True(entry.IsBinary);
        Assert.Equal([1, 2], entry.ValueBytes);
        Assert.Throws<InvalidOperationException>(() => entry.Value);
    }

    [Fact]
    public void Entry_Text_HasAsciiBytes()
    {
        var entry = new Metadata.Entry("key", "abc");

        Assert.False(entry.IsBinary);
        Assert.Equal("abc"u8.ToArray(), entry.ValueBytes);
    }

    [Fact]
    public void Get_SeveralOfOneKey_ReturnsTheLast()
    {
        var metadata = new Metadata { { "a", "1" }, { "b-bin", [2] }, { "A", "3" } };

        Assert.Equal("3", metadata.Get("a")?.Value);
        Assert.Equal("3", metadata.GetValue("A"));
        Assert.Equal([2], metadata.GetValueBytes("b-bin"));
        Assert.Equal(["1", "3"], metadata.GetAll("a").Select(entry => entry.Value));
        Assert.Equal((null, null, null), (metadata.Get("c"), metadata.GetValue("c"), metadata.GetValueBytes("c")));
    }

    [Fact]
    public void List_Changed_KeepsOrder()
    {
        var (first, second, third) = (new Metadata.Entry("a", "1"), new Metadata.Entry("b", "2"), new Metadata.Entry("c", "3"));
        var metadata = new Metadata { first, third };

        metadata.Insert(1, second);
        Assert.Equal([first, second, third], metadata);
        Assert.Equal((3, 1, true), (metadata.Count, metadata.IndexOf(second), metadata.Contains(third)));

        metadata[0] = third;
        Assert.True(metadata.Remove(second));
        metadata.RemoveAt(1);
        Assert.Equal([third], metadata);

        var copy = new Metadata.Entry[2];
        metadata.CopyTo(copy, 1);
        Assert.Equal([null!, third], copy);

        metadata.Clear();
        Assert.Empty(metadata);
        Assert.Throws<ArgumentNullException>(() => metadata.Add(null!));
    }

    [Fact]
    public void Empty_Changed_Throws()
    {
        Assert.True(Metadata.Empty.IsReadOnly);
        Assert.Throws<InvalidOperationException>(() => Metadata.Empty.Add("a", "1"));
        Assert.Throws<InvalidOperationException>(Metadata.Empty.Clear);
        Assert.Empty(Metadata.Empty);
    }
}
