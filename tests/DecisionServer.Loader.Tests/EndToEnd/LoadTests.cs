using System.IO.Compression;
using System.Text.Json;
using DecisionServer.Tests.Processes;
using DecisionServer.Tests.Support;

namespace DecisionServer.Loader.Tests;

/// <summary>Whole loads into a running server.</summary>
public sealed class LoadTests
{
    [Theory]
    [InlineData("csv")]
    [InlineData("ndjson")]
    [InlineData("pb")]
    public async Task Load_EveryFormat_PublishedWithAllSets(string format)
    {
        await using var server = await ServerProcess.Start();
        using var week = new Week(500, format);
        string[] affinities = format == "csv" ? ["--affinities", week.Affinities] : [];

        var run = await LoaderRun.RunAsync(server.Grpc, week.Load("w1", ["--publish", "--json", .. affinities]));

        var generation = run.Ended(0).Json.GetProperty("generation");
        Assert.Equal("CURRENT", generation.GetProperty("state").GetString());
        Assert.Equal((300, 500, 500, 17_500), (Number(generation, "offers"), Number(generation, "offer_sets"), Number(generation, "affinity_sets"), Number(generation, "scored_offers")));
    }

    [Fact]
    public async Task Load_FromStdin_Published()
    {
        await using var server = await ServerProcess.Start();
        using var week = new Week(300);
        await using var input = new FileStream(week.OfferSets, FileMode.Open, FileAccess.Read);

        var run = await LoaderRun.RunAsync(
            input, "load", "--server", server.Grpc.ToString(), "--generation", "w1", "--offers", week.Offers, "--offer-sets", "-", "--format", "pb", "--publish", "--json");

        Assert.Equal(300, Number(run.Ended(0).Json.GetProperty("generation"), "offer_sets"));
    }

    [Fact]
    public async Task Load_GatesFail_ReportedNotPublishedThenForced()
    {
        await using var server = await ServerProcess.Start();
        using var week = new Week(300);

        var refused = await LoaderRun.RunAsync(server.Grpc, week.Load("w1", "--publish", "--gate-max-score", "0.5"));
        var publish = await LoaderRun.RunAsync(server.Grpc, "publish", "w1");
        var forced = await LoaderRun.RunAsync(server.Grpc, "publish", "w1", "--force");

        refused.Ended(1);
        Assert.Matches("FAIL  score-range +.*allowed from any to 0.5", refused.Output);
        Assert.Contains("not published: a gate failed", refused.Output, StringComparison.Ordinal);
        publish.Ended(1);
        forced.Ended(0);
        Assert.Contains("generation w1 is current", forced.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_GatesFailButForce_PublishedAndSaid()
    {
        await using var server = await ServerProcess.Start();
        using var week = new Week(300);

        var run = await LoaderRun.RunAsync(server.Grpc, week.Load("w1", "--publish", "--force", "--gate-max-score", "0.5"));

        Assert.Contains("published by force although a gate failed", run.Ended(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_BadRow_StopsThenResumesWithMoreErrorsAllowed()
    {
        await using var server = await ServerProcess.Start();
        using var week = new Week(2_000, "csv", affinities: 0);
        var lines = (await File.ReadAllLinesAsync(week.OfferSets)).ToList();
        lines[60_000] = lines[60_000].Split(',')[0] + ",O-UNKNOWN,0.5";
        var damaged = week.Write("damaged.csv", string.Join('\n', lines));
        string[] load = ["load", "--generation", "w1", "--offers", week.Offers, "--offer-sets", damaged, "--publish", "--json"];

        var stopped = await LoaderRun.RunAsync(server.Grpc, load);
        var status = await LoaderRun.RunAsync(server.Grpc, "status", "--json");
        var resumed = await LoaderRun.RunAsync(server.Grpc, [.. load, "--resume", "--max-errors", "1"]);

        stopped.Ended(1);
        Assert.Contains("damaged.csv:60001: offer 'O-UNKNOWN' is not in the catalogue of 300 offers", stopped.Errors, StringComparison.Ordinal);
        Assert.Equal("bad_rows", stopped.Json.GetProperty("result").GetString());
        Assert.Equal("LOADING", status.Json.GetProperty("generations")[0].GetProperty("state").GetString());
        Assert.Equal(1_999, Number(resumed.Ended(0).Json.GetProperty("generation"), "offer_sets"));
        Assert.True(resumed.Json.GetProperty("published").GetBoolean());
    }

    [Fact]
    public async Task Load_RowsOfAMemberNotTogether_RefusedWithTheLine()
    {
        await using var server = await ServerProcess.Start();
        using var week = new Week(10);
        var sets = week.Write("apart.csv", "member_id,offer_id,score\nm1,OF000001,0.5\nm2,OF000001,0.5\nm1,OF000002,0.4\n");

        var run = await LoaderRun.RunAsync(server.Grpc, "load", "--generation", "w1", "--offers", week.Offers, "--offer-sets", sets, "--publish", "--parallel", "1");

        Assert.Contains("apart.csv:4: the member has an offer set already (in a file: its rows are not together) (put the member's rows together", run.Ended(1).Errors, StringComparison.Ordinal);
        Assert.Contains("stopped: more than 0 bad rows; nothing is published", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_TruncatedFiles_StoppedAndNothingPublished()
    {
        await using var server = await ServerProcess.Start();
        using var week = new Week(2_000);
        var cut = week.Variant("cut.pb", bytes => bytes[..^100]);
        var zipped = week.Variant("cut.pb.gz", bytes =>
        {
            using var target = new MemoryStream();
            using (var gzip = new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(bytes);
            return target.ToArray()[..^7];
        });

        var plain = await LoaderRun.RunAsync(server.Grpc, "load", "--generation", "w1", "--offers", week.Offers, "--offer-sets", cut, "--publish");
        var gzipped = await LoaderRun.RunAsync(server.Grpc, "load", "--generation", "w2", "--offers", week.Offers, "--offer-sets", zipped, "--publish");
        var status = await LoaderRun.RunAsync(server.Grpc, "status", "--json");

        Assert.Matches("cut\\.pb, byte \\d+: the file is truncated", plain.Ended(1).Errors);
        Assert.Matches("cut\\.pb\\.gz, byte \\d+: the gzip data is truncated", gzipped.Ended(1).Errors);
        Assert.All(status.Json.GetProperty("generations").EnumerateArray(), generation => Assert.Equal("LOADING", generation.GetProperty("state").GetString()));
    }

    [Fact]
    public async Task Load_BadHeads_RefusedBeforeTheServerHears()
    {
        await using var server = await ServerProcess.Start();
        using var week = new Week(10);
        var unknown = week.Write("unknown.csv", "member_id,offer_id,score,rang\n");
        var empty = week.Write("empty.csv", "");

        var first = await LoaderRun.RunAsync(server.Grpc, "load", "--generation", "w1", "--offers", week.Offers, "--offer-sets", unknown);
        var second = await LoaderRun.RunAsync(server.Grpc, "load", "--generation", "w1", "--offers", empty, "--offer-sets", week.OfferSets);
        var status = await LoaderRun.RunAsync(server.Grpc, "status");

        Assert.Contains("unknown.csv:1: column 'rang' is unknown", first.Ended(1).Errors, StringComparison.Ordinal);
        Assert.Contains("empty.csv: is empty", second.Ended(1).Errors, StringComparison.Ordinal);
        Assert.Equal("no generations\n", status.Output);
    }

    [Fact]
    public async Task Load_SameGenerationTwice_SecondRefusedByName()
    {
        await using var server = await ServerProcess.Start();
        using var week = new Week(50);
        (await LoaderRun.RunAsync(server.Grpc, week.Load("w1"))).Ended(0);

        var again = await LoaderRun.RunAsync(server.Grpc, week.Load("w1"));

        Assert.Contains("beginning 'w1'", again.Ended(1).Errors, StringComparison.Ordinal);
        Assert.Contains("[AlreadyExists]", again.Errors, StringComparison.Ordinal);
    }

    [RealDataFact]
    public async Task Load_RealWeek_CountsOfTheFiles()
    {
        await using var server = await ServerProcess.Start();
        var week = Directory.GetDirectories(RealData.Folder!).Order(StringComparer.Ordinal).First();
        int Lines(string file) => File.ReadLines(Path.Combine(week, file)).Count() - 1;
        int Members(string file) => File.ReadLines(Path.Combine(week, file)).Skip(1).Select(line => line.Split(',')[0]).Distinct().Count();

        var run = await LoaderRun.RunAsync(
            server.Grpc, "load", "--generation", "real", "--offers", Path.Combine(week, "offers.csv"), "--offer-sets", Path.Combine(week, "offer_sets.csv"),
            "--affinities", Path.Combine(week, "affinities.csv"), "--publish", "--json");

        var generation = run.Ended(0).Json.GetProperty("generation");
        Assert.Equal(
            (Lines("offers.csv"), Members("offer_sets.csv"), Members("affinities.csv"), Lines("offer_sets.csv")),
            (Number(generation, "offers"), Number(generation, "offer_sets"), Number(generation, "affinity_sets"), Number(generation, "scored_offers")));
    }

    private static int Number(JsonElement element, string name) => element.GetProperty(name).GetInt32();
}
