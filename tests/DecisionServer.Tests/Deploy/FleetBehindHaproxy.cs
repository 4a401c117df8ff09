using System.Globalization;
using System.Text.RegularExpressions;
using DecisionServer.Tests.Fleet;
using DecisionServer.Tests.Processes;
using DecisionServer.Tests.Support;

namespace DecisionServer.Tests.Deploy;

/// <summary>Three nodes of a fleet behind HAProxy with the shipped configuration, in which a third node has its line as its comments say.</summary>
internal sealed partial class FleetBehindHaproxy : IAsyncDisposable
{
    public const int Nodes = 3;
    public const int Members = 500;
    public const string Backend = "nodes";

    // Well above what haproxy needs to notice (a second), for machines that are busy with something else.
    private const int NoticeSeconds = 6;

    private readonly int[] _grpc = [.. Enumerable.Range(0, Nodes).Select(_ => FreePorts.Take())];
    private readonly int[] _http = [.. Enumerable.Range(0, Nodes).Select(_ => FreePorts.Take())];

    private FleetBehindHaproxy(FleetCluster fleet) => Fleet = fleet;

    public Uri Address { get; } = new($"http://127.0.0.1:{FreePorts.Take()}");

    public FleetCluster Fleet { get; }

    public HaproxyServer Haproxy { get; private set; } = null!;

    public static async Task<FleetBehindHaproxy> Start()
    {
        var all = new FleetBehindHaproxy(await FleetCluster.Start(0));
        try
        {
            await Task.WhenAll(Enumerable.Range(0, Nodes).Select(all.NewNode).Select(node => node.Start()));
            await all.Fleet.Load("week-1", Members);
            all.Haproxy = await HaproxyServer.Start(Configuration(), all.Environment());
            for (var index = 0; index < Nodes; index++) await all.Up(index);
            return all;
        }
        catch
        {
            await all.DisposeAsync();
            throw;
        }
    }

    /// <summary>As an operator does it: SIGTERM, wait for the end, start again, wait until haproxy sends calls there.</summary>
    public async Task Restart(int index)
    {
        await Fleet.Nodes[index].Stop();
        await Eventually.True(async () => await State(index) != "UP", $"haproxy sends no calls to node {index + 1}");
        await Fleet.Nodes[index].Start();
        await Up(index);
    }

    public async ValueTask DisposeAsync()
    {
        if (Haproxy is not null) await Haproxy.DisposeAsync();
        await Fleet.DisposeAsync();
    }

    private FleetNodeProcess NewNode(int index) => Fleet.NewNode(
        $"n{index + 1}", $"Listen:Grpc=http://127.0.0.1:{_grpc[index]}", $"Listen:Http=http://127.0.0.1:{_http[index]}", $"Listen:NoticeSeconds={NoticeSeconds}");

    private Task Up(int index) => Eventually.True(async () => await State(index) == "UP", $"haproxy sends calls to node {index + 1}");

    private async Task<string> State(int index) => (await Haproxy.States(Backend))[$"node{index + 1}"];

    private static string Configuration() => SecondNode().Replace(
        File.ReadAllText(HaproxyConfigurationTests.Path), line => line.Value + "\n" + line.Value.Replace("node2", "node3", StringComparison.Ordinal).Replace("NODE2", "NODE3", StringComparison.Ordinal));

    private Dictionary<string, string> Environment()
    {
        var environment = new Dictionary<string, string> { ["DECISIONSERVER_LISTEN"] = $"127.0.0.1:{Address.Port}" };
        for (var index = 0; index < Nodes; index++)
        {
            environment[$"DECISIONSERVER_NODE{index + 1}"] = $"127.0.0.1:{_grpc[index]}";
            environment[$"DECISIONSERVER_NODE{index + 1}_HTTP"] = _http[index].ToString(CultureInfo.InvariantCulture);
        }

        return environment;
    }

    [GeneratedRegex("^ *server node2 .*$", RegexOptions.Multiline)]
    private static partial Regex SecondNode();
}
