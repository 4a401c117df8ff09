using System.Globalization;
using StackExchange.Redis;

namespace DecisionServer.Fanout;

/// <summary>The stream's entries, as items as far as they are contiguous.</summary>
internal static class StreamEntries
{
    public const string Content = "c";
    public const string FromTruth = "t";

    /// <summary>Items from <paramref name="first"/> on; and why they end before the entries do, if so.</summary>
    public static (List<NewsItem> Items, NewsGap End) Read(RedisResult[] entries, long first)
    {
        var items = new List<NewsItem>(entries.Length);
        foreach (RedisResult entry in entries)
        {
            var parts = (RedisResult[]?)entry;
            if (parts is not [var id, var fields] || (RedisResult[]?)fields is not [var field, var content])
                return (items, NewsGap.Damaged);
            if (!TryNumber((string?)id, out long number))
                return (items, NewsGap.Damaged);
            if (number != first + items.Count)
                return (items, NewsGap.Trimmed);
            switch ((string?)field)
            {
                case Content:
                    items.Add(new NewsItem(number, (byte[]?)content ?? []));
                    break;
                case FromTruth:
                    return (items, NewsGap.TooLarge);
                default:
                    return (items, NewsGap.Damaged);
            }
        }

        return (items, NewsGap.None);
    }

    private static bool TryNumber(string? id, out long number)
    {
        number = 0;
        return id is not null && id.EndsWith("-0", StringComparison.Ordinal)
            && long.TryParse(id.AsSpan(..^2), NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
