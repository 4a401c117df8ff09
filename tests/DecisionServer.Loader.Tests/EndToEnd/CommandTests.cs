using System.Net;
using System.Net.Sockets;
using DecisionServer.Tests.Processes;
using DecisionServer.V1;

namespace DecisionServer.Loader.Tests;

/// <summary>Commands other than a whole load, and the exit codes.</summary>
public sealed class CommandTests
{
    [Fact]
    public async Task PublishRollbackDrop_TwoGenerations_ServerFollows()
    {
        await using var server = await ServerProcess.Start();
        using var week = new Week(50);
        foreach (var id in (string[])["w1", "w2"]) (await LoaderRun.RunAsync(server.Grpc, week.Load(id))).Ended(0);

        (await LoaderRun.RunAsync(server.Grpc, "publish", "w1")).Ended(0);
        var second = (await LoaderRun.RunAsync(server.Grpc, "publish", "w2", "--json")).Ended(0);
        var back = (await LoaderRun.RunAsync(server.Grpc, "rollback")).Ended(0);
        var current = (await LoaderRun.RunAsync(server.Grpc, "drop", "w1")).Ended(1);
        var dropped = (await LoaderRun.RunAsync(server.Grpc, "drop", "w2")).Ended(0);
        var status = (await LoaderRun.RunAsync(server.Grpc, "status")).Ended(0);

        Assert.Equal("w1", second.Json.GetProperty("previous_generation_id").GetString());
        Assert.Equal("generation w1 is current, before it was w2\n", back.Output);
        Assert.Contains("dropping 'w1'", current.Errors, StringComparison.Ordinal);
        Assert.Equal("generation w2 is dropped\n", dropped.Output);
        Assert.Matches("^generation +state.*\nw1 +CURRENT +300 +50 ", status.Output);
    }

    [Fact]
    public async Task Delta_SetsOffersAndBadRows_StoredAndRefusedByLine()
    {
        await using var server = await ServerProcess.Start();
        using var week = new Week(50);
        (await LoaderRun.RunAsync(server.Grpc, week.Load("w1", "--publish"))).Ended(0);
        var offers = week.Write("new-offers.csv", "offer_id,category\nNEW1,TEA\nOF000000,COFFEE\n");
        var sets = week.Write("delta.csv", "member_id,offer_id,score\nM00000001,NEW1,0.9\nnewcomer,OF000002,0.8\nbad,O-UNKNOWN,0.5\n");

        var bad = week.Write("bad.csv", "member_id,offer_id,score\nm1,OF000001,0.9\nm2,O-UNKNOWN,0.5\n");

        var stopped = await LoaderRun.RunAsync(server.Grpc, "load", "--delta", "--offer-sets", bad);
        var run = await LoaderRun.RunAsync(server.Grpc, "load", "--delta", "--offers", offers, "--offer-sets", sets, "--max-errors", "1", "--json");

        Assert.Contains("bad.csv:3: ", stopped.Ended(1).Errors, StringComparison.Ordinal);
        Assert.Contains("delta.csv:4: ", run.Ended(0).Errors, StringComparison.Ordinal);
        Assert.Equal(("w1", 2, 1, 1), (run.Json.GetProperty("generation_id").GetString(), Number(run, "stored"), Number(run, "offers_added"), Number(run, "offers_replaced")));
        var generation = await new IngestService.IngestServiceClient(server.Channel).GetGenerationAsync(new GetGenerationRequest());
        Assert.True(generation.Generation.Replaced >= 3);
    }

    [Fact]
    public async Task Delta_NothingCurrent_RefusedByTheServer()
    {
        await using var server = await ServerProcess.Start();
        using var week = new Week(10);

        var run = await LoaderRun.RunAsync(server.Grpc, "load", "--delta", "--offer-sets", week.OfferSets);

        Assert.Contains("no generation is current", run.Ended(1).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Publish_UnknownOrLoadingGeneration_Refused()
    {
        await using var server = await ServerProcess.Start();
        await new IngestService.IngestServiceClient(server.Channel).BeginGenerationAsync(new BeginGenerationRequest { GenerationId = "open" });

        Assert.Contains("[NotFound]", (await LoaderRun.RunAsync(server.Grpc, "publish", "nowhere")).Ended(1).Errors, StringComparison.Ordinal);
        Assert.Contains("publishing 'open'", (await LoaderRun.RunAsync(server.Grpc, "publish", "open")).Ended(1).Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("status")]
    [InlineData("publish", "w1")]
    [InlineData("rollback")]
    [InlineData("drop", "w1")]
    public async Task Command_NobodyListens_ExitThree(params string[] command)
    {
        var run = await LoaderRun.RunAsync(NobodyThere(), [.. command, "--json"]);

        Assert.Equal(3, run.Ended(3).Json.GetProperty("exit_code").GetInt32());
        Assert.Contains("the server cannot be reached", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_NobodyListens_ExitThree()
    {
        using var week = new Week(10);

        Assert.Contains("the server cannot be reached", (await LoaderRun.RunAsync(NobodyThere(), week.Load("w1"))).Ended(3).Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("lod")]
    [InlineData("status --colour")]
    [InlineData("publish")]
    [InlineData("status --server nowhere")]
    [InlineData("load --generation w1")]
    [InlineData("load --generation w1 --offers nowhere.csv --offer-sets nowhere.csv")]
    [InlineData("load --generation w1 --offers - --offer-sets - --format csv")]
    [InlineData("load --generation w1 --offers - --offer-sets x")]
    [InlineData("load --generation w1 --parallel 0")]
    [InlineData("load --generation w1 --parallel 17")]
    [InlineData("load --generation w1 --priority high")]
    [InlineData("load --generation w1 --max-errors -1")]
    [InlineData("load --generation w1 --max-errors few")]
    [InlineData("load --generation w1 --force")]
    [InlineData("load --delta")]
    [InlineData("load --delta --generation w1 --offer-sets -")]
    [InlineData("load --delta --offer-sets - --format xml")]
    [InlineData("publish 12345678901234567890123456789012345678901234567890123456789012345")]
    [InlineData("generate")]
    [InlineData("generate --members 0 --out -")]
    [InlineData("generate --set-size 65 --out -")]
    [InlineData("generate --set-size 10 --offers 9 --out -")]
    [InlineData("generate --format xml --out -")]
    [InlineData("generate --start-date today --out -")]
    public async Task Command_MakesNoSense_ExitTwoAndSaysWhy(string command)
        => Assert.NotEmpty((await LoaderRun.RunAsync(Stream.Null, command.Split(' ', StringSplitOptions.RemoveEmptyEntries))).Ended(2).Errors);

    [Fact]
    public async Task Load_ResumeFromStdin_UsageErrorSaysWhy()
    {
        using var week = new Week(10);

        var run = await LoaderRun.RunAsync(Stream.Null, "load", "--generation", "w1", "--offers", week.Offers, "--offer-sets", "-", "--format", "pb", "--resume");

        Assert.Contains("--resume reads the inputs again from the beginning, which stdin does not allow", run.Ended(2).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_ToStdout_SetsThatCanBeReadBack()
    {
        var run = await LoaderRun.RunAsync(Stream.Null, "generate", "--members", "20", "--offers", "50", "--set-size", "5", "--format", "csv", "--out", "-");

        var read = await Reading.SetsAsync(System.Text.Encoding.UTF8.GetBytes(run.Ended(0).Output), table: Reading.Table(Enumerable.Range(0, 50).Select(CatalogueGenerator.OfferId)));
        Assert.Equal(20, read.Sets.Count);
    }

    private static int Number(LoaderRun run, string name) => run.Json.GetProperty(name).GetInt32();

    // A port that was free a moment ago.
    private static Uri NobodyThere()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
    }
}
