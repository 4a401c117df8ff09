using System.Text.RegularExpressions;
using Grpc.Net.Client;

namespace DecisionServer.Tests.Processes;

/// <summary>
/// The real server in a process of its own, on free loopback ports and a data directory of its own. When the test is over it is told to stop
/// and must end with 0, without a line of level Error or Critical in its log.
/// </summary>
public sealed partial class ServerProcess : IAsyncDisposable
{
    private readonly TemporaryDirectory? _ownDirectory;
    private readonly List<Func<string, bool>> _expectedErrors = [];
    private bool _ended;

    private ServerProcess(RunningProgram program, string dataDirectory, TemporaryDirectory? ownDirectory)
    {
        Program = program;
        DataDirectory = dataDirectory;
        _ownDirectory = ownDirectory;
    }

    public RunningProgram Program { get; }

    public string DataDirectory { get; }

    public Uri Grpc { get; private set; } = null!;

    public Uri Http { get; private set; } = null!;

    public GrpcChannel Channel { get; private set; } = null!;

    public HttpClient HttpClient { get; } = new();

    /// <summary>Starts a server with options ("Limits:ConcurrentCalls=4") and waits until it answers.</summary>
    public static Task<ServerProcess> Start(params string[] options) => Start(null, options);

    /// <summary>The same over an existing data directory, which is left behind.</summary>
    public static async Task<ServerProcess> Start(string? dataDirectory, IReadOnlyList<string> options, IReadOnlyDictionary<string, string>? environment = null)
    {
        TemporaryDirectory? own = dataDirectory is null ? new TemporaryDirectory() : null;
        string directory = dataDirectory ?? own!.File("data");
        var server = new ServerProcess(Launch(directory, options, environment), directory, own);
        await Eventually.True(server.IsListening, "the server listens");
        server.Channel = GrpcChannel.ForAddress(server.Grpc);
        var health = new global::Grpc.Health.V1.Health.HealthClient(server.Channel);
        await Eventually.True(
            async () => (await health.CheckAsync(new())).Status == global::Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus.Serving,
            "the server serves");
        return server;
    }

    /// <summary>Starts a server over a data directory and does not wait for anything.</summary>
    public static RunningProgram Launch(string dataDirectory, IReadOnlyList<string> options, IReadOnlyDictionary<string, string>? environment = null) =>
        RunningProgram.Start("dotnet", Arguments(dataDirectory, options), environment: environment);

    /// <summary>Starts a server that does not live to answer, and waits for its end.</summary>
    /// <returns>Its exit code and what it wrote.</returns>
    public static async Task<(int Code, string Output)> DiesAtStart(string dataDirectory, IReadOnlyDictionary<string, string>? environment = null)
    {
        using var program = RunningProgram.Start("dotnet", Arguments(dataDirectory, []), environment: environment);
        int code = await program.Exit();
        return (code, program.Everything);
    }

    /// <summary>An Error or Critical line that the test provokes on purpose.</summary>
    public void ExpectError(Func<string, bool> line) => _expectedErrors.Add(line);

    public Task<string> Metrics() => HttpClient.GetStringAsync(new Uri(Http, "metrics"));

    /// <summary>The value of one sample of /metrics, by its name with labels; null where it is missing.</summary>
    public async Task<double?> Metric(string sample)
    {
        string metrics = await Metrics();
        string? line = metrics.Split('\n').FirstOrDefault(line => line.StartsWith(sample + " ", StringComparison.Ordinal));
        return line is null ? null : double.Parse(line[(sample.Length + 1)..], System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>SIGTERM; the exit code.</summary>
    public async Task<int> Stop()
    {
        _ended = true;
        Program.Terminate();
        return await Program.Exit();
    }

    /// <summary>SIGKILL.</summary>
    public async Task Kill()
    {
        _ended = true;
        Program.Kill();
        await Program.Exit();
    }

    /// <summary>The test has ended the process itself, or waits for its end.</summary>
    public Task<int> Ends()
    {
        _ended = true;
        return Program.Exit();
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            Channel.Dispose();
            HttpClient.Dispose();
            if (!_ended)
                Assert.Equal(0, await Stop());
            string[] errors = [.. Program.Output.Where(line => Severe().IsMatch(line) && !_expectedErrors.Any(expected => expected(line)))];
            Assert.True(errors.Length == 0, "unexpected lines in the server's log:\n" + string.Join('\n', errors) + "\n\n" + Program.Everything);
        }
        finally
        {
            Program.Dispose();
            _ownDirectory?.Dispose();
        }
    }

    private static string[] Arguments(string dataDirectory, IReadOnlyList<string> options) =>
    [
        Repository.ServerDll, $"--Data:Directory={dataDirectory}",
        .. new[] { "Listen:Grpc", "Listen:Http" }.Where(listen => !options.Any(option => option.StartsWith(listen + "=", StringComparison.Ordinal)))
            .Select(listen => $"--{listen}=http://127.0.0.1:0"),
        .. options.Select(option => "--" + option),
    ];

    private bool IsListening()
    {
        Assert.False(Program.HasExited, "the server ended at once:\n" + Program.Everything);
        Match match = Program.Output.Select(line => Listening().Match(line)).FirstOrDefault(match => match.Success) ?? Match.Empty;
        if (!match.Success)
            return false;
        Grpc = new Uri(match.Groups["grpc"].Value);
        Http = new Uri(match.Groups["http"].Value);
        return true;
    }

    [GeneratedRegex("Listening for gRPC on (?<grpc>[^,]+), for HTTP on (?<http>[^;]+);")]
    private static partial Regex Listening();

    [GeneratedRegex("^[0-9-]+ [0-9:.]+ (fail|crit): ")]
    private static partial Regex Severe();
}
