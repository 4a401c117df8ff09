using System.Diagnostics;
using System.Globalization;
using DecisionServer.Engine;

namespace DecisionServer.Benchmarks;

/// <summary>
/// <c>ratio members</c>: decisions for random members of a large generation against those of a small one, in turns on one thread. What grows with the number of
/// members is how far memory is spread that each decision reads.
/// </summary>
internal static class MembersRatio
{
    private const int Calls = 1 << 18;

    public static int Run(string generations, int members, int against, int rounds, TextWriter output)
    {
        using var many = new BenchmarkWorld(members, generations);
        using var few = new BenchmarkWorld(against);
        if (many.Serving.Current is not { } current) throw new IOException($"{generations}: holds no generation that serves");
        if (current.Generation.Counts.OfferSets != members)
            throw new IOException($"{generations}: '{current.Generation.Id}' holds {current.Generation.Counts.OfferSets} offer sets, --members says {members}");

        var ratios = new List<double>();

        // The first two rounds compile and warm up; then in turns, every second one in reverse order.
        for (var round = -2; round < rounds; round++)
        {
            // Others in each round: what a round before has brought into the cache is of no use.
            string[] manyIds = Draw(members, round), fewIds = Draw(against, round);
            double large, small;
            if (round % 2 == 0)
            {
                large = Nanoseconds(many.Engine, manyIds);
                small = Nanoseconds(few.Engine, fewIds);
            }
            else
            {
                small = Nanoseconds(few.Engine, fewIds);
                large = Nanoseconds(many.Engine, manyIds);
            }

            if (round < 0) continue;
            ratios.Add(large / small);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"decide-many-ns\t{large:0.0}\ndecide-few-ns\t{small:0.0}"));
        }

        ratios.Sort();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"members-ratio\t{ratios[ratios.Count / 2]:0.000}"));
        return 0;
    }

    private static string[] Draw(int members, int seed)
    {
        var draws = new RandomMembers(members, seed);
        return [.. Enumerable.Range(0, Calls).Select(_ => draws.Next())];
    }

    private static double Nanoseconds(DecisionEngine engine, string[] ids)
    {
        var request = new DecisionRequest();
        var result = new DecisionResult();
        var begun = Stopwatch.GetTimestamp();
        foreach (var id in ids)
        {
            request.MemberId = id;
            if (engine.Decide(request, result) != DecisionOutcome.Decided || result.Placement(0).Offers.Length != 10)
                throw new InvalidOperationException("A member has no answer, so the measurement means nothing.");
        }

        return Stopwatch.GetElapsedTime(begun).TotalNanoseconds / Calls;
    }
}
