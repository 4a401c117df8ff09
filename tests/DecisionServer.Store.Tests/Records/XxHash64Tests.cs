using System.Text;
using DecisionServer.Store;

namespace DecisionServer.Store.Tests.Records;

public sealed class XxHash64Tests
{
    // Values of the reference implementation (xxhsum -H1, python-xxhash's documentation).
    [Theory]
    [InlineData("", 0UL, 0xEF46DB3751D8E999UL)]
    [InlineData("a", 0UL, 0xD24EC4F1A98C6E5BUL)]
    [InlineData("abc", 0UL, 0x44BC2CF5AD770999UL)]
    [InlineData("Nobody inspects the spammish repetition", 0UL, 0xFBCEA83C8A378BF1UL)]
    [InlineData("xxhash", 20141025UL, 0xB559B98D844E0635UL)]
    public void Hash_KnownInput_EqualsReference(string text, ulong seed, ulong expected) =>
        Assert.Equal(expected, XxHash64.Hash(Encoding.UTF8.GetBytes(text), seed));

    [Fact]
    public void MemberKey_StringAndBytes_AreTheSame() =>
        Assert.Equal(MemberKey.From("Jürgen-42"u8), MemberKey.From("Jürgen-42"));

    [Fact]
    public void AffinityKey_SameTextOfAnotherKind_IsAnotherKey() =>
        Assert.NotEqual(AffinityKey.From(AffinityKind.Brand, "69"), AffinityKey.From(AffinityKind.Item, "69"));
}
