using System.Collections.Concurrent;
using DecisionServer.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DecisionServer.Fanout.Tests;

/// <summary>A real Redis and feeds over it; what they log is kept.</summary>
internal sealed class Feeds : IAsyncDisposable
{
    private readonly List<RedisNewsFeed> _feeds = [];

    private Feeds(RedisServer redis) => Redis = redis;

    public RedisServer Redis { get; }

    public ConcurrentQueue<string> Lines { get; } = new();

    public static async Task<Feeds> Start(params string[] arguments) => new(await RedisServer.Start(arguments));

    /// <summary>Times short enough for a test to see them pass.</summary>
    public static NewsFeedOptions Options(string redis)
    {
        List<string> errors = [];
        RedisSettings? settings = RedisSettings.Read(redis, errors);
        Assert.Empty(errors);
        return new NewsFeedOptions
        {
            Redis = settings!,
            CheckInterval = TimeSpan.FromMilliseconds(50),
            DoorbellInterval = TimeSpan.FromMilliseconds(200),
        };
    }

    /// <summary>A linked feed.</summary>
    public async Task<RedisNewsFeed> Open(string? redis = null, Func<NewsFeedOptions, NewsFeedOptions>? change = null)
    {
        RedisNewsFeed feed = OpenUnlinked(redis, change);
        await feed.Linked();
        return feed;
    }

    public RedisNewsFeed OpenUnlinked(string? redis = null, Func<NewsFeedOptions, NewsFeedOptions>? change = null)
    {
        NewsFeedOptions options = Options(redis ?? Redis.Address);
        var feed = new RedisNewsFeed(change?.Invoke(options) ?? options, TimeProvider.System, new KeptLog(Lines));
        _feeds.Add(feed);
        return feed;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (RedisNewsFeed feed in _feeds)
            await feed.DisposeAsync();
        await Redis.DisposeAsync();
        string[] severe = [.. Lines.Where(line => line.StartsWith("Error", StringComparison.Ordinal) || line.StartsWith("Critical", StringComparison.Ordinal))];
        Assert.True(severe.Length == 0, string.Join('\n', severe));
    }

    private sealed class KeptLog(ConcurrentQueue<string> lines) : ILogger<RedisNewsFeed>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => NullLogger.Instance.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{logLevel} {formatter(state, exception)} {exception}");
    }
}
