using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace DecisionServer.Load.Running;

/// <summary>The real server in a process of its own, on free ports of the loopback and a temporary data directory.</summary>
internal sealed partial class ServerUnderTest : IDisposable
{
    private const int SigTerm = 15;
    private static readonly TimeSpan StartBound = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopBound = TimeSpan.FromSeconds(40);
    private static readonly HttpClient Metrics = new() { Timeout = TimeSpan.FromSeconds(10) };
    private readonly Process _process;
    private readonly string _directory;
    private readonly TaskCompletionSource<Match> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly StreamWriter _log;

    private ServerUnderTest(string dll, string directory, string logFile)
    {
        _directory = directory;
        _log = new StreamWriter(logFile) { AutoFlush = true };
        _process = Programs.Start(
            dll,
            ["--Listen:Grpc=http://127.0.0.1:0", "--Listen:Http=http://127.0.0.1:0", $"--Data:Directory={Path.Combine(directory, "data")}"],
            Log);
        _process.Exited += (_, _) => _listening.TrySetException(new InvalidOperationException($"the server ended at once; see {logFile}"));
        _process.EnableRaisingEvents = true;
    }

    /// <summary>The gRPC listener.</summary>
    public Uri Grpc { get; private set; } = null!;

    /// <summary>The HTTP listener, for metrics.</summary>
    public Uri Http { get; private set; } = null!;

    /// <summary>A folder for this run, gone at its end.</summary>
    public string Directory => _directory;

    /// <summary>Its process.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Pages of memory touched for the first time, and pages that had to be read from the disk, since its start.</summary>
    public (long Minor, long Major) Faults
    {
        get
        {
            string[] usage = File.ReadAllText($"/proc/{_process.Id}/stat").Split(')')[^1].Split(' ');
            return (long.Parse(usage[8], CultureInfo.InvariantCulture), long.Parse(usage[10], CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Memory that the server holds, MiB.</summary>
    public double ResidentMebibytes
    {
        get
        {
            string line = File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
            return double.Parse(Number().Match(line).Value, CultureInfo.InvariantCulture) / 1024;
        }
    }

    /// <summary>CPU that the server has used.</summary>
    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts one.</summary>
    /// <param name="dll">The server's program.</param>
    /// <param name="logFile">Its output.</param>
    public static async Task<ServerUnderTest> Start(string dll, string logFile)
    {
        string directory = System.IO.Directory.CreateTempSubdirectory("decisionserver-load-").FullName;
        var server = new ServerUnderTest(dll, directory, logFile);
        try
        {
            Match addresses = await server._listening.Task.WaitAsync(StartBound).ConfigureAwait(false);
            server.Grpc = new Uri(addresses.Groups["grpc"].Value);
            server.Http = new Uri(addresses.Groups["http"].Value);
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>What stopped the whole server so far.</summary>
    public async Task<ServerPauses> Pauses()
    {
        string metrics = await Metrics.GetStringAsync(new Uri(Http, "metrics")).ConfigureAwait(false);
        (long minor, long major) = Faults;
        return new ServerPauses(Sum(metrics, "dotnet_gc_collections_total"), Sum(metrics, "dotnet_gc_pause_time_seconds_total"), minor, major);
    }

    /// <summary>SIGTERM, and SIGKILL where that does not help; the folder is removed.</summary>
    public void Dispose()
    {
        if (!_process.HasExited && kill(_process.Id, SigTerm) == 0 && !_process.WaitForExit(StopBound))
            _process.Kill();
        _process.WaitForExit(StopBound);
        _process.Dispose();
        lock (_log)
            _log.Dispose();
        System.IO.Directory.Delete(_directory, recursive: true);
    }

    private static double Sum(string metrics, string name) => metrics.Split('\n')
        .Where(line => line.StartsWith(name, StringComparison.Ordinal))
        .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));

    private void Log(string line)
    {
        Match match = Listening().Match(line);
        if (match.Success)
            _listening.TrySetResult(match);
        lock (_log)
        {
            if (_log.BaseStream is { CanWrite: true })
                _log.WriteLine(line);
        }
    }

    [GeneratedRegex("Listening for gRPC on (?<grpc>[^,]+), for HTTP on (?<http>[^;]+);")]
    private static partial Regex Listening();

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Number();

    [LibraryImport("libc")]
    private static partial int kill(int process, int signal);
}
