using System.Text;
using DecisionServer.Store;

namespace DecisionServer.Store.Tests.Records;

public sealed class IdRulesTests
{
    [Theory]
    [InlineData("", "is empty")]
    [InlineData("\uFFFD", "is not valid UTF-8")]
    [InlineData("a\uD800b", "is not valid UTF-8")]
    [InlineData("a\uDC00\uD800b", "is not valid UTF-8")]
    public void IsValid_Fault_IsNamed(string id, string expected)
    {
        Assert.False(IdRules.IsValid(id, out string fault));
        Assert.Equal(expected, fault);
    }

    [Fact]
    public void IsValid_Bytes_CountRatherThanCharacters()
    {
        string fits = new('ü', 32), tooLong = fits + "x";

        Assert.True(IdRules.IsValid(fits, out _));
        Assert.True(IdRules.IsValid(Encoding.UTF8.GetBytes(fits), out _));
        Assert.False(IdRules.IsValid(tooLong, out string fault));
        Assert.Equal("is 65 bytes long, at most 64 are allowed", fault);
        Assert.False(IdRules.IsValid(Encoding.UTF8.GetBytes(tooLong), out fault));
        Assert.Equal("is 65 bytes long, at most 64 are allowed", fault);
    }

    [Fact]
    public void IsValid_BrokenUtf8_IsRefused()
    {
        Assert.False(IdRules.IsValid([0x61, 0xC3], out string fault));
        Assert.Equal("is not valid UTF-8", fault);
        Assert.True(IdRules.IsValid("😀-member"u8, out _));
        Assert.True(IdRules.IsValid("😀-member", out _));
    }
}
