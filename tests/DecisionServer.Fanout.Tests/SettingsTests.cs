namespace DecisionServer.Fanout.Tests;

public sealed class SettingsTests
{
    [Theory]
    [InlineData("redis", "redis:6379")]
    [InlineData("redis:7000", "redis:7000")]
    [InlineData("10.0.0.1:7000,10.0.0.2:7000, 10.0.0.3", "10.0.0.1:7000,10.0.0.2:7000,10.0.0.3:6379")]
    [InlineData("[::1]:7000,::1", "[::1]:7000,[::1]:6379")]
    [InlineData("a,b:7,serviceName=main,password=x=y", "a:26379,b:7 (sentinels of main)")]
    [InlineData("a,PASSWORD=secret,ssl=true,sslHost=b,name=c,connectTimeout=500,syncTimeout=400,abortConnect=false,keepAlive=9,defaultDatabase=2", "a:6379")]
    public void Read_ValidText_IsUnderstood(string text, string addresses)
    {
        List<string> errors = [];

        RedisSettings? settings = RedisSettings.Read(text, errors);

        Assert.Empty(errors);
        Assert.Equal(addresses, settings!.Addresses);
    }

    [Fact]
    public void Read_Options_ReachTheClient()
    {
        RedisSettings settings = RedisSettings.Read("a:1,password=p=q,ssl=true,defaultDatabase=3,connectTimeout=700,syncTimeout=600", [])!;

        StackExchange.Redis.ConfigurationOptions options = settings.ForServers(settings.EndPoints);

        Assert.Equal(("p=q", true, 3, 700), (options.Password, options.Ssl, options.DefaultDatabase, options.ConnectTimeout));
        Assert.Equal(TimeSpan.FromMilliseconds(600), settings.OperationTimeout);
        Assert.Null(settings.ForSentinel(settings.EndPoints[0], withPassword: false).Password);
    }

    [Theory]
    [InlineData("", "part 1 is empty")]
    [InlineData("redis://user:tops3cret@host:6379/0", "part 1 is a URL; write host:port")]
    [InlineData("rediss://user:tops3cret@host:6379/0?a=b", "part 1 is a URL; write host:port")]
    [InlineData("tops3cret@host", "part 1 is a URL")]
    [InlineData("a,password=tops3cret,tops3cret", "part 3 comes after an option")]
    [InlineData("a:99999", "part 1: the port must be 1 to 65535")]
    [InlineData("a:", "part 1: the port must be 1 to 65535")]
    [InlineData("a b", "part 1 is no host")]
    [InlineData("a,user=tops3cret", "user is not supported")]
    [InlineData("a,pasword=tops3cret", "option \"pasword\" is not known; known are password,")]
    [InlineData("a,tops3cret12=x", "an option is not known")]
    [InlineData("a,ssl=tops3cret", "ssl must be true or false")]
    [InlineData("a,connectTimeout=tops3cret", "connectTimeout must be a whole number from 50 to 60000")]
    public void Read_InvalidText_NamesOptionAndRemedyAndNoSecret(string text, string expected)
    {
        List<string> errors = [];

        Assert.Null(RedisSettings.Read(text, errors));

        Assert.All(errors, error => Assert.StartsWith("Fanout:Redis: ", error, StringComparison.Ordinal));
        Assert.Contains(errors, error => error.Contains(expected, StringComparison.Ordinal));
        Assert.DoesNotContain(errors, error => error.Contains("tops3cret", StringComparison.Ordinal));
    }

    [Fact]
    public void Read_SeveralFaults_TellsAll()
    {
        List<string> errors = [];

        Assert.Null(RedisSettings.Read("a:0,ssl=maybe,keepAlive=0", errors));

        Assert.Equal(3, errors.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("with space")]
    [InlineData("{tag}")]
    public void KeyPrefix_ThatMakesNoKey_IsRefused(string prefix) =>
        Assert.Throws<ArgumentException>(() => new StreamKeys(prefix));
}
