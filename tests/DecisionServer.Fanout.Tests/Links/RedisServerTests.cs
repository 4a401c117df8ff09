using DecisionServer.Tests.Support;

namespace DecisionServer.Fanout.Tests.Links;

/// <summary>The instrument itself.</summary>
public sealed class RedisServerTests
{
    [Fact]
    public async Task StartAgain_AfterKill_IsEmptyOnTheSamePort()
    {
        await using RedisServer redis = await RedisServer.Start();
        await redis.Command("SET", "key", "valué");
        Assert.Equal("valué", await redis.Command("GET", "key"));
        Assert.Equal("a\nb", await redis.Command("EVAL", "return {'a', 'b'}", "0"));

        await redis.Kill();
        await redis.StartAgain();

        Assert.Equal("", await redis.Command("GET", "key"));
    }

    [Fact]
    public async Task StartAgain_WithAppendOnlyFile_HasWhatItHad()
    {
        await using RedisServer redis = await RedisServer.Start("--appendonly", "yes", "--appendfsync", "always");
        await redis.Command("SET", "key", "value");

        await redis.Kill();
        await redis.StartAgain();

        Assert.Equal("value", await redis.Command("GET", "key"));
    }
}
