using System.Diagnostics;
using DecisionServer.Store;
using DecisionServer.Tests.Processes;
using DecisionServer.Tests.Support;
using DecisionServer.V1;
using Xunit.Abstractions;

namespace DecisionServer.Tests.Members;

/// <summary>
/// Activations over gRPC by 64 concurrent callers against the bare group commit of the same rows, in alternating runs. Server and callers share the
/// process and its cores. The ratio is asserted far below what is measured: a busy machine must not fail it, a lost group commit must.
/// </summary>
[Trait("Category", "Soak")]
public sealed class ActivationSpeedTests(ITestOutputHelper output)
{
    private const int Callers = 64;
    private const int PerCaller = 150;
    private const int Runs = 5;

    [Fact]
    public async Task Activate_64Callers_KeepsUpWithBareGroupCommit()
    {
        var (served, bare) = (new List<double>(), new List<double>());
        var latencies = new List<double>();
        for (int run = 0; run <= Runs; run++)
        {
            using var folder = new TemporaryDirectory();
            (double rate, List<double> milliseconds) = await Serve(Directory.CreateDirectory(folder.File("data")).FullName);
            double disk = BareGroupCommit.Run(folder.File("bare.db"), Callers * PerCaller, Callers);

            // The first of each warms up.
            if (run > 0)
            {
                served.Add(rate);
                bare.Add(disk);
                latencies.AddRange(milliseconds);
            }
        }

        latencies.Sort();
        double ratio = Median(served) / Median(bare);
        output.WriteLine(
            $"activations {Median(served):f0}/s, bare {Median(bare):f0}/s, ratio {ratio:f2}; p50 {latencies[latencies.Count / 2]:f1} ms, p99 {latencies[latencies.Count * 99 / 100]:f1} ms; "
            + $"runs {string.Join(", ", served.Zip(bare, (a, b) => $"{a:f0}:{b:f0}"))}");
        Assert.True(ratio > 0.1, $"ratio {ratio:f2}");
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static async Task<(double Rate, List<double> Milliseconds)> Serve(string directory)
    {
        await using MemberServer server = (await MemberServer.Start(directory)).Publish([.. Enumerable.Range(0, 10).Select(i => new OfferConfig { OfferId = $"offer-{i}" })]);
        var members = server.Members;
        var milliseconds = new List<double>();
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            for (int i = 0; i < PerCaller; i++)
            {
                long start = Stopwatch.GetTimestamp();
                string member = $"member-{caller}-{i}";
                ActivateOfferResponse answer = await members.ActivateOfferAsync(new ActivateOfferRequest
                {
                    MemberId = member,
                    OfferId = "offer-1",
                    IdempotencyKey = $"key-{member}",
                    Channel = "app",
                });
                Assert.Equal(Refusal.Unspecified, answer.Refusal);
                double took = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                lock (milliseconds)
                {
                    milliseconds.Add(took);
                }
            }
        })));
        return (Callers * PerCaller / watch.Elapsed.TotalSeconds, milliseconds);
    }
}
