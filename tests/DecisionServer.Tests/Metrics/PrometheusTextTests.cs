using System.Diagnostics.Metrics;
using DecisionServer.Metrics;
using DecisionServer.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DecisionServer.Tests.Metrics;

public sealed class PrometheusTextTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MetricCollector _collector;
    private readonly Meter _meter;

    public PrometheusTextTests()
    {
        var meters = _services.GetRequiredService<IMeterFactory>();
        _collector = new MetricCollector(meters);
        _meter = meters.Create(DecisionMetrics.MeterName);
    }

    public void Dispose()
    {
        _collector.Dispose();
        _services.Dispose();
    }

    [Fact]
    public void Write_Counter_HelpTypeAndSumPerLabels()
    {
        Counter<long> counter = _meter.CreateCounter<long>("a.b", "{thing}", "Counts things.");
        counter.Add(2, new("x", "1"), new("y", "2"));
        counter.Add(3, new("x", "1"), new("y", "2"));
        counter.Add(1, new("x", "1"), new("y", "3"));

        string[] lines = Lines("a_b");

        Assert.Equal(["# HELP a_b_total Counts things.", "# TYPE a_b_total counter"], lines[..2]);
        Assert.Equal(["a_b_total{x=\"1\",y=\"2\"} 5", "a_b_total{x=\"1\",y=\"3\"} 1"], lines[2..].Order());
    }

    [Fact]
    public void Write_LabelAndHelpWithSpecialCharacters_Escaped()
    {
        _meter.CreateCounter<long>("escaped", null, "a \"quoted\" \\ text\nof two lines").Add(1, new KeyValuePair<string, object?>("la-bel", "q\" b\\ n\n"));

        string[] lines = Lines("escaped");

        Assert.Equal("# HELP escaped_total a \"quoted\" \\\\ text\\nof two lines", lines[0]);
        Assert.Equal("escaped_total{la_bel=\"q\\\" b\\\\ n\\n\"} 1", lines[2]);
    }

    [Fact]
    public void Write_Histogram_CumulativeBucketsSumAndCount()
    {
        Histogram<double> histogram = _meter.CreateHistogram("wait", "s", "Waits.", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] });
        foreach (double value in new[] { 0.05, 0.1, 0.5, 7 })
            histogram.Record(value, new KeyValuePair<string, object?>("m", "x"));

        Assert.Equal(
            [
                "# HELP wait_seconds Waits.",
                "# TYPE wait_seconds histogram",
                "wait_seconds_bucket{m=\"x\",le=\"0.1\"} 2",
                "wait_seconds_bucket{m=\"x\",le=\"1\"} 3",
                "wait_seconds_bucket{m=\"x\",le=\"+Inf\"} 4",
                "wait_seconds_sum{m=\"x\"} 7.65",
                "wait_seconds_count{m=\"x\"} 4",
            ],
            Lines("wait"));
    }

    [Fact]
    public void Write_ObservableGauge_OnlyWhatIsObservedNow()
    {
        string id = "one";
        _meter.CreateObservableGauge("info", () => new Measurement<long>(1, new KeyValuePair<string, object?>("id", id)), "By");
        Assert.Equal("info_bytes{id=\"one\"} 1", Lines("info")[2]);

        id = "two";

        Assert.Equal("info_bytes{id=\"two\"} 1", Assert.Single(Lines("info")[2..]));
    }

    [Fact]
    public void Write_MoreSeriesThanAllowed_RestInOverflow()
    {
        Counter<long> counter = _meter.CreateCounter<long>("many");
        for (int i = 0; i < InstrumentState.MaxSeries + 5; i++)
            counter.Add(1, new KeyValuePair<string, object?>("i", i.ToString(System.Globalization.CultureInfo.InvariantCulture)));

        string[] lines = Lines("many");

        Assert.Equal(InstrumentState.MaxSeries + 1, lines.Count(line => line[0] != '#'));
        Assert.Contains("many_total{otel_metric_overflow=\"true\"} 5", lines);
    }

    [Fact]
    public void Write_MeterOfAnotherServer_NotShown()
    {
        using ServiceProvider other = new ServiceCollection().AddMetrics().BuildServiceProvider();
        other.GetRequiredService<IMeterFactory>().Create(DecisionMetrics.MeterName).CreateCounter<long>("foreign").Add(1);

        Assert.Empty(Lines("foreign"));
    }

    [Fact]
    public void Decisions_CountedAndTimed_AllocateNothing()
    {
        var metrics = new DecisionMetrics(_services.GetRequiredService<IMeterFactory>());
        int decided = 0;

        Assert.Equal(0, Allocations.Of(
            () =>
            {
                Decide(metrics);
                decided++;
            },
            times: 1000));
        string[] lines = Lines("decisionserver_decision");
        Assert.Contains($"decisionserver_decisions_total{{placement=\"app.home\",outcome=\"filled\"}} {decided}", lines);
        Assert.Contains($"decisionserver_decisions_total{{placement=\"app.home\",outcome=\"short\"}} {decided}", lines);
        Assert.Contains($"decisionserver_decisions_total{{placement=\"search\",outcome=\"degraded\"}} {decided}", lines);
        Assert.Contains($"decisionserver_decision_failures_total{{method=\"rank_search\",reason=\"no_generation\"}} {decided}", lines);
        Assert.Contains($"decisionserver_decision_duration_seconds_count{{method=\"next_best_offers\"}} {decided}", lines);
    }

    private static void Decide(DecisionMetrics metrics)
    {
        long start = metrics.Start();
        metrics.Placement("app.home", 10, 0);
        metrics.Placement("app.home", 4, 6);
        metrics.Search("search", degraded: true);
        metrics.Failed(DecisionMethod.RankSearch, DecisionFailure.NoGeneration);
        metrics.Completed(DecisionMethod.NextBestOffers, start);
    }

    private string[] Lines(string name) =>
        [.. PrometheusText.Write(_collector).Split('\n').Where(line => line.Replace("# HELP ", "").Replace("# TYPE ", "").StartsWith(name, StringComparison.Ordinal))];
}
