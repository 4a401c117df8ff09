namespace DecisionServer.Fanout;

/// <summary>How a feed reaches its stream, and how much the stream holds.</summary>
public sealed record NewsFeedOptions
{
    /// <summary>The link, read by <see cref="RedisSettings.Read"/>.</summary>
    public required RedisSettings Redis { get; init; }

    /// <summary>First part of every key: fleets that share a Redis need different ones. Letters, digits, <c>.</c>, <c>_</c> and <c>-</c>.</summary>
    public string KeyPrefix { get; init; } = "decisionserver";

    /// <summary>Items that the stream keeps, about: Redis drops whole pages of it.</summary>
    public int MaxItems { get; init; } = 50_000;

    /// <summary>Longest content that is put into the stream; readers get longer ones from truth.</summary>
    public int MaxContentBytes { get; init; } = 64 * 1024;

    /// <summary>A hole between the stream's end and an announcement that is longer than this is not filled: the stream begins anew.</summary>
    public int LongestHole { get; init; } = 5_000;

    /// <summary>Time between two looks at the link while it is quiet.</summary>
    public TimeSpan CheckInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Time between two tests of the doorbell while it is quiet.</summary>
    public TimeSpan DoorbellInterval { get; init; } = TimeSpan.FromSeconds(5);
}
