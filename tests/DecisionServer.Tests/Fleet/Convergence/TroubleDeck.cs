using DecisionServer.Tests.Support;

namespace DecisionServer.Tests.Fleet.Convergence;

/// <summary>All troubles there are, shuffled by a seed like a deck of cards: none comes again before every one has come.</summary>
internal sealed class TroubleDeck(FleetCluster fleet, Random random)
{
    private static readonly (string Name, Action<FaultProxy, Random> Do)[] LinkFaults =
    [
        ("is cut", static (link, _) => link.Cut()),
        ("is reset", static (link, _) => link.Reset()),
        ("is half-open", static (link, _) => link.Swallow()),
        ("loses answers", static (link, _) => link.Swallow(LinkWay.ToClient)),
        ("stands still, and later connections overtake", static (link, _) => link.Freeze(newOnes: false)),
        ("is delayed", static (link, random) => link.Delay(TimeSpan.FromMilliseconds(random.Next(1, 25)), TimeSpan.FromMilliseconds(random.Next(1, 100)))),
        ("is throttled", static (link, random) => link.Throttle(random.Next(1_000, 100_000))),
        ("is reset in the middle of a message", static (link, random) => link.ResetAfter(random.Next(10, 1_000), random.Next(2) == 0 ? LinkWay.ToServer : LinkWay.ToClient)),
    ];

    private readonly Queue<Trouble> _deck = new();

    /// <summary>Names of troubles that have been drawn.</summary>
    public HashSet<string> Drawn { get; } = new(StringComparer.Ordinal);

    /// <summary>How many there are.</summary>
    public static int Size => 8 + (2 * LinkFaults.Length);

    /// <summary>One trouble, or two of different kinds.</summary>
    public IReadOnlyList<Trouble> Draw()
    {
        var first = Next();
        Drawn.Add(first.Name);
        if (random.Next(2) == 0 || _deck.Count == 0 || _deck.Peek().Kind == first.Kind) return [first];
        var second = Next();
        Drawn.Add(second.Name);
        return [first, second];
    }

    private Trouble Next()
    {
        if (_deck.Count == 0)
        {
            Trouble[] all = [.. Engines(), .. Links()];
            random.Shuffle(all);
            foreach (var trouble in all) _deck.Enqueue(trouble);
        }

        return _deck.Dequeue();
    }

    private IEnumerable<Trouble> Engines()
    {
        var node = fleet.Nodes[random.Next(fleet.Nodes.Count)];
        return
        [
            new(TroubleKind.Node, "kill -9 of a node", node.Kill, node.Start),
            new(TroubleKind.Redis, "kill -9 of Redis, which comes back empty", fleet.Redis.Kill, fleet.Redis.StartAgain),
            new(TroubleKind.Redis, "FLUSHALL", () => fleet.Redis.Command("FLUSHALL"), Nothing),
            new(TroubleKind.Redis, "XTRIM to nothing", () => Trim(0), Nothing),
            new(TroubleKind.Redis, "XTRIM to the last three", () => Trim(3), Nothing),
            new(TroubleKind.Postgres, "PostgreSQL crashes and recovers", () => fleet.Postgres.Stop("immediate"), fleet.Postgres.StartAgain),
            new(TroubleKind.Postgres, "PostgreSQL is restarted", () => fleet.Postgres.Stop(), fleet.Postgres.StartAgain),
            new(TroubleKind.Postgres, "all connections to PostgreSQL are closed", fleet.CloseTruthConnections, Nothing),
        ];
    }

    private IEnumerable<Trouble> Links()
    {
        foreach (var (name, fault) in LinkFaults)
        {
            yield return Spoil(TroubleKind.TruthLink, "the link to PostgreSQL " + name, fleet.Nodes[random.Next(fleet.Nodes.Count)].Truth, fault);
            yield return Spoil(TroubleKind.NewsLink, "the link to Redis " + name, fleet.Nodes[random.Next(fleet.Nodes.Count)].News, fault);
        }
    }

    private Trouble Spoil(TroubleKind kind, string name, FaultProxy link, Action<FaultProxy, Random> fault)
    {
        var (chance, lasts) = (new Random(random.Next()), TimeSpan.FromMilliseconds(random.Next(200, 2_500)));
        return new Trouble(
            kind,
            name,
            () =>
            {
                fault(link, chance);

                // Long enough to be noticed, mostly: heartbeats are sent every half second.
                return Task.Delay(lasts);
            },
            () =>
            {
                link.Heal();
                return Task.CompletedTask;
            });
    }

    private async Task Trim(int length)
    {
        foreach (var key in (await fleet.Redis.Command("KEYS", "*")).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if ((await fleet.Redis.Command("TYPE", key)).Contains("stream", StringComparison.Ordinal)) await fleet.Redis.Command("XTRIM", key, "MAXLEN", $"{length}");
        }
    }

    private static Task Nothing() => Task.CompletedTask;
}
