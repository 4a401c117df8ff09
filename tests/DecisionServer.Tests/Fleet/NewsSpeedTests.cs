using System.Diagnostics;
using DecisionServer.V1;
using Xunit.Abstractions;

namespace DecisionServer.Tests.Fleet;

/// <summary>
/// How long after its acknowledgement on one node an availability update is seen by decisions of another. What is asserted is far above what is measured: a busy machine
/// must not fail it, a way that news no longer take must.
/// </summary>
[Trait("Category", "Soak")]
public sealed class NewsSpeedTests(ITestOutputHelper output)
{
    private const int Updates = 400;

    [Fact]
    public async Task Update_OnOneNode_SeenOnTheOther()
    {
        await using var fleet = await FleetCluster.Start(2);
        await fleet.Load("week-1");
        await Measure(fleet, 50);

        var news = await Measure(fleet, Updates);
        await fleet.Redis.Kill();
        var heartbeat = await Measure(fleet, 20);

        output.WriteLine($"acknowledged on one node, seen by a decision of the other: {Show(news)}; without Redis: {Show(heartbeat)}");
        Assert.True(Percentile(news, 50) < 250, "news come by the doorbell, not with the next poll or heartbeat");
        Assert.True(Percentile(heartbeat, 50) < 5_000, "without Redis they come with the heartbeat");
    }

    private static async Task<List<double>> Measure(FleetCluster fleet, int updates)
    {
        var (a, b) = (fleet.Nodes[0], fleet.Nodes[1]);
        var times = new List<double>();
        for (var i = 0; i < updates; i++)
        {
            var update = await a.Availability.UpdateAvailabilityAsync(new UpdateAvailabilityRequest { Updates = { new AvailabilityUpdate { OfferId = "OF000007", Stock = i + 1 } } });
            var acknowledged = Stopwatch.GetTimestamp();
            await b.Decisions.NextBestOffersAsync(
                new NextBestOffersRequest { MemberId = "M00000001", MinAvailabilityEpoch = update.AvailabilityEpoch, OmitContent = true }, deadline: DateTime.UtcNow.AddSeconds(30));
            times.Add(Stopwatch.GetElapsedTime(acknowledged).TotalMilliseconds);
        }

        return times;
    }

    private static double Percentile(List<double> times, int percent) => times.Order().ElementAt(Math.Min(times.Count - 1, times.Count * percent / 100));

    private static string Show(List<double> times) => FormattableString.Invariant($"p50 {Percentile(times, 50):0.0} ms, p99 {Percentile(times, 99):0.0} ms of {times.Count}");
}
