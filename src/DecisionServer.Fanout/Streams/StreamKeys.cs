using StackExchange.Redis;

namespace DecisionServer.Fanout;

/// <summary>
/// Names in Redis. The tag in braces puts both keys into one slot of a cluster, so that one script can change both.
/// </summary>
internal sealed class StreamKeys
{
    public StreamKeys(string prefix)
    {
        if (prefix.Length is 0 or > 64 || !prefix.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-'))
            throw new ArgumentException($"key prefix \"{prefix}\" must be 1 to 64 letters, digits, '.', '_' or '-'", nameof(prefix));
        Stream = $"{{{prefix}}}:news";
        Head = $"{{{prefix}}}:news:head";
        Both = [Head, Stream];
        Doorbell = new RedisChannel($"{prefix}:news:bell", RedisChannel.PatternMode.Literal);
    }

    /// <summary>The stream: ids are <c>sequence-0</c>.</summary>
    public RedisKey Stream { get; }

    /// <summary>A hash beside it: <c>epoch</c>, <c>id</c> (random, another for every stream), <c>last</c> (number of the last item; empty: none yet).</summary>
    public RedisKey Head { get; }

    /// <summary>As the scripts take them.</summary>
    public RedisKey[] Both { get; }

    /// <summary>The channel.</summary>
    public RedisChannel Doorbell { get; }
}
