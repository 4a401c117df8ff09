using System.Diagnostics;
using System.Globalization;
using DecisionServer.Engine;
using DecisionServer.Store;

namespace DecisionServer.Benchmarks;

/// <summary>
/// <c>ratio decide</c>: decisions for random members against bare FASTER reads of the same members' records, in turns on one thread.
/// </summary>
internal static class DecideRatio
{
    private const int Calls = 400_000;

    public static int Run(int members, int rounds, TextWriter output)
    {
        using var world = new BenchmarkWorld(members);
        var records = PackedRecords.Read(world.SegmentFolder);
        using var plain = new PlainFaster(records.Count, records.Bytes + (32L * records.Count));
        using var session = plain.Open();
        for (var i = 0; i < records.Count; i++) session.Upsert(records.Key(i), records.Record(i));

        var draws = new RandomMembers(members);
        var ids = new string[Calls];
        var keys = new MemberKey[Calls];
        for (var i = 0; i < Calls; i++)
        {
            ids[i] = draws.Next();
            keys[i] = MemberKey.From(ids[i]);
        }

        var generation = world.Serving.Current!.Generation;
        var buffer = new OfferSetBuffer();
        var request = new DecisionRequest();
        var result = new DecisionResult();
        var bytes = 0L;

        // The first two rounds compile and warm up.
        for (var round = -2; round < rounds; round++)
        {
            var bare = Nanoseconds(i => session.Read((long)keys[i].Hash) > 0);
            var read = Nanoseconds(i => generation.TryReadOfferSet(keys[i], buffer));
            var before = GC.GetAllocatedBytesForCurrentThread();
            var decide = Nanoseconds(i =>
            {
                request.MemberId = ids[i];
                return world.Engine.Decide(request, result) == DecisionOutcome.Decided && result.Placement(0).Offers.Length == 10;
            });
            bytes = GC.GetAllocatedBytesForCurrentThread() - before;
            if (round < 0) continue;
            Line("faster-read-ns", bare);
            Line("store-read-ns", read);
            Line("decide-ns", decide);
        }

        // The closure and its delegate are the measurement's.
        Line("decide-bytes", Math.Floor((double)bytes / Calls));
        return 0;

        void Line(string name, double value) => output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}\t{value:0.0}"));
    }

    private static double Nanoseconds(Func<int, bool> call)
    {
        var begun = Stopwatch.GetTimestamp();
        for (var i = 0; i < Calls; i++)
        {
            if (!call(i)) throw new InvalidOperationException("A member has no answer, so the measurement means nothing.");
        }

        return Stopwatch.GetElapsedTime(begun).TotalNanoseconds / Calls;
    }
}
