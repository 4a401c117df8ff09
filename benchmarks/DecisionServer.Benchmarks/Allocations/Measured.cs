using DecisionServer.Engine;
using DecisionServer.Store;
using DecisionServer.V1;
using Google.Protobuf;

namespace DecisionServer.Benchmarks;

/// <summary>Bytes that operations allocate, counted exactly. Times are not looked at.</summary>
internal static class Measured
{
    /// <summary>Members of the generation that is measured; bytes do not depend on how many there are.</summary>
    public const int Members = 10_000;

    private const int Rounds = 5;

    /// <summary>Measures everything that the table lists.</summary>
    public static async Task<IReadOnlyList<Allocation>> All() => [.. InProcess(), .. await Calls()];

    private static IEnumerable<Allocation> InProcess()
    {
        using var world = new BenchmarkWorld(Members, affinities: 8);
        var members = new RandomMembers(Members);
        var generation = world.Serving.Current!.Generation;
        var buffer = new OfferSetBuffer();
        yield return OfThread("store read", () => generation.TryReadOfferSet(MemberKey.From(members.Next()), buffer));

        var request = new DecisionRequest();
        var result = new DecisionResult();
        yield return OfThread("decide", Decide);
        var sink = new AnswerSink(world.Engine);
        yield return OfThread("decide and encode", () => sink.Decide(members.Next()));
        request.Explain = true;
        yield return OfThread("decide, explained", Decide);
        request.Explain = false;
        world.Serving.PutCaps(Scenes.Caps());
        yield return OfThread("decide under caps", Decide);
        world.Serving.PutCaps(CapRuleSet.Empty);

        var search = Scenes.Search(50);
        var ranking = new SearchResult();
        yield return OfThread("rank search, 50 items", () =>
        {
            search.MemberId = members.Next();
            world.Engine.RankSearch(search, ranking);
        });

        var (offers, record) = Scenes.Record();
        var into = new byte[RecordCodec.MaxBytes];
        yield return OfThread("pack a record", () => RecordCodec.PackOffers(1, offers, into));
        yield return OfThread("unpack a record", () => RecordCodec.UnpackOffers(record, buffer));

        var updates = Scenes.Updates(4_096);
        var catalogue = world.Serving.Current!.Catalogue;
        var next = 0;
        yield return OfThread("availability update", () => world.Availability.Apply(updates[next++ & 4_095], catalogue), calls: 4_096);

        foreach (var format in (string[])["csv", "ndjson", "pb"])
        {
            const int Sets = 10_000;
            var file = new ParsedFile(format, Sets);
            var parsed = OfThread($"parse a file, {format}", () => file.Parse(), calls: 1);
            yield return new Allocation($"parse a set, {format}", parsed.Bytes / Sets);
        }

        void Decide()
        {
            request.MemberId = members.Next();
            world.Engine.Decide(request, result);
        }
    }

    private static async Task<IReadOnlyList<Allocation>> Calls()
    {
        await using var server = await InProcessServer.Start(Members);
        using var caller = server.Connect();
        var members = new RandomMembers(Members);
        byte[][] requests = [.. Enumerable.Range(0, 4_096).Select(_ => new NextBestOffersRequest { MemberId = members.Next() }.ToByteArray())];
        var answer = new byte[1 << 16];
        var next = 0;
        return [Of("gRPC call, canned answer", InProcessServer.Canned), Of("gRPC call, next best offers", InProcessServer.NextBestOffers)];

        Allocation Of(string name, string method)
        {
            var head = Http2Caller.Head(method);
            return OfProcess(name, () =>
            {
                if (caller.Call(head, requests[next++ & 4_095], answer) < 0) throw new InvalidOperationException($"{method} refused a call.");
            });
        }
    }

    private static Allocation OfThread(string name, Action act, int calls = 1_000) =>
        Least(name, act, calls, static () => GC.GetAllocatedBytesForCurrentThread());

    private static Allocation OfProcess(string name, Action act) =>
        Least(name, act, 4_096, static () => GC.GetTotalAllocatedBytes(precise: true));

    // The least of some rounds, the first of which warm up: what an operation allocates shows in each of them, what the runtime
    // or a background task does once in a while does not.
    private static Allocation Least(string name, Action act, int calls, Func<long> allocated)
    {
        var least = long.MaxValue;
        for (var round = 0; round < Rounds + 2; round++)
        {
            var before = allocated();
            for (var i = 0; i < calls; i++) act();
            var bytes = allocated() - before;
            if (round >= 2) least = Math.Min(least, bytes);
        }

        return new Allocation(name, (double)least / calls);
    }
}
