using DecisionServer.V1;
using Google.Protobuf;
using StackExchange.Redis;

namespace DecisionServer.Baseline;

/// <summary>Fills Redis from the loader's <c>.pb</c> files, many commands under way at a time, and makes the generation current.</summary>
internal static class RedisLoader
{
    private const int UnderWay = 2_000;

    /// <returns>Sets loaded.</returns>
    public static async Task<long> Run(string address, string generation, string offersFile, string setsFile)
    {
        using var connection = await ConnectionMultiplexer.ConnectAsync(address);
        var redis = connection.GetDatabase();
        var indexes = await LoadCatalogue(redis, generation, offersFile);

        long sets = 0;
        await using var file = Open(setsFile);
        while (Next(file, OfferSet.Parser) is { } set)
        {
            var packed = RedisLayout.Pack([.. set.Offers.Select(offer => (indexes[offer.OfferId], offer.Score))]);
            var key = RedisLayout.Set(generation, set.MemberId);

            // One in so many is waited for: the rest have then been taken in, too.
            if (++sets % UnderWay == 0) await redis.StringSetAsync(key, packed);
            else _ = redis.StringSetAsync(key, packed, flags: CommandFlags.FireAndForget);
        }

        await redis.StringSetAsync(RedisLayout.Current, generation);
        return sets;
    }

    private static async Task<Dictionary<string, int>> LoadCatalogue(IDatabase redis, string generation, string path)
    {
        var indexes = new Dictionary<string, int>(StringComparer.Ordinal);
        await redis.KeyDeleteAsync(RedisLayout.Catalogue(generation));
        await using var file = Open(path);
        while (Next(file, Offer.Parser) is { } offer)
        {
            indexes.Add(offer.OfferId, indexes.Count);
            await redis.ListRightPushAsync(RedisLayout.Catalogue(generation), offer.ToByteArray());
        }

        return indexes;
    }

    private static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20);

    private static T? Next<T>(FileStream file, MessageParser<T> parser)
        where T : class, IMessage<T> => file.Position == file.Length ? null : parser.ParseDelimitedFrom(file);
}
