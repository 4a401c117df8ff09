using System.Globalization;
using DecisionServer.Tests.Processes;
using DecisionServer.Tests.Support;

namespace DecisionServer.Tests.Deploy;

/// <summary>Two servers of their own data, with the same generation, behind HAProxy with the shipped configuration.</summary>
internal sealed class ServerPair : IAsyncDisposable
{
    public const int Members = 500;
    public const string Backend = "nodes";

    // Well above what haproxy needs to notice (a second), for machines that are busy with something else.
    private const int NoticeSeconds = 8;

    private readonly TemporaryDirectory _directory = new();
    private readonly int[] _grpc = [FreePorts.Take(), FreePorts.Take()];
    private readonly int[] _http = [FreePorts.Take(), FreePorts.Take()];
    private readonly ServerProcess?[] _servers = new ServerProcess?[2];

    public Uri Address { get; } = new($"http://127.0.0.1:{FreePorts.Take()}");

    public HaproxyServer Haproxy { get; private set; } = null!;

    public static async Task<ServerPair> Start()
    {
        var pair = new ServerPair();
        try
        {
            for (var index = 0; index < 2; index++)
            {
                await pair.StartServer(index);
                await LoaderProcess.LoadGenerated(pair._servers[index]!, "week-1", Members, offers: 100, pair._directory.File("week"));
            }

            pair.Haproxy = await HaproxyServer.Start(await File.ReadAllTextAsync(HaproxyConfigurationTests.Path), pair.Environment());
            await pair.Up(0);
            await pair.Up(1);
            return pair;
        }
        catch
        {
            await pair.DisposeAsync();
            throw;
        }
    }

    /// <summary>As an operator does it: SIGTERM, wait for the end, start again, wait until haproxy sends calls there.</summary>
    public async Task Restart(int index)
    {
        await _servers[index]!.DisposeAsync();
        _servers[index] = null;
        await StartServer(index);
        await Up(index);
    }

    public async ValueTask DisposeAsync()
    {
        if (Haproxy is not null)
            await Haproxy.DisposeAsync();
        foreach (ServerProcess? server in _servers)
        {
            if (server is not null)
                await server.DisposeAsync();
        }

        _directory.Dispose();
    }

    private async Task StartServer(int index) => _servers[index] = await ServerProcess.Start(
        _directory.File($"data-{index}"),
        [$"Listen:Grpc=http://127.0.0.1:{_grpc[index]}", $"Listen:Http=http://127.0.0.1:{_http[index]}", $"Listen:NoticeSeconds={NoticeSeconds}"]);

    private Task Up(int index) => Eventually.True(async () => (await Haproxy.States(Backend))[$"node{index + 1}"] == "UP", $"haproxy sends calls to node {index + 1}");

    private Dictionary<string, string> Environment() => new()
    {
        ["DECISIONSERVER_LISTEN"] = $"127.0.0.1:{Address.Port}",
        ["DECISIONSERVER_NODE1"] = $"127.0.0.1:{_grpc[0]}",
        ["DECISIONSERVER_NODE1_HTTP"] = _http[0].ToString(CultureInfo.InvariantCulture),
        ["DECISIONSERVER_NODE2"] = $"127.0.0.1:{_grpc[1]}",
        ["DECISIONSERVER_NODE2_HTTP"] = _http[1].ToString(CultureInfo.InvariantCulture),
    };
}
