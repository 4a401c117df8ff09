namespace DecisionServer.Baseline;

/// <summary>
/// The obvious way to build this product, for comparison only: a gRPC service that reads a member's set from Redis and ranks it.
/// Nothing of the product refers to it.
/// </summary>
internal static class Program
{
    private const string Usage =
        """
        usage: baseline serve --redis HOST:PORT --listen http://127.0.0.1:PORT
               baseline load  --redis HOST:PORT --generation ID --offers FILE.pb --offer-sets FILE.pb
        """;

    private static async Task<int> Main(string[] arguments)
    {
        switch (arguments)
        {
            case ["serve", "--redis", var redis, "--listen", var listen]:
                await using (var app = await BaselineServer.Build(redis, new Uri(listen))) await app.RunAsync();
                return 0;
            case ["load", "--redis", var redis, "--generation", var generation, "--offers", var offers, "--offer-sets", var sets]:
                Console.Out.WriteLine(FormattableString.Invariant($"{await RedisLoader.Run(redis, generation, offers, sets)} sets loaded"));
                return 0;
            default:
                await Console.Error.WriteLineAsync(Usage);
                return 2;
        }
    }
}
