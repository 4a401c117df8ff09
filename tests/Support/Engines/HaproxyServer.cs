using System.Net.Sockets;
using System.Text;
using DecisionServer.Tests.Processes;

namespace DecisionServer.Tests.Support;

/// <summary>A real haproxy over a configuration; a second small file adds the socket that tells its statistics.</summary>
public sealed class HaproxyServer : IAsyncDisposable
{
    // Debian keeps it out of the path of ordinary users.
    private static readonly string Program = File.Exists("/usr/sbin/haproxy") ? "/usr/sbin/haproxy" : "haproxy";

    private readonly TemporaryDirectory _directory = new();
    private RunningProgram? _program;

    private HaproxyServer()
    {
    }

    /// <summary>Starts it; a port in the configuration is the caller's to choose (<see cref="FreePorts"/>).</summary>
    /// <param name="configuration">The configuration's text.</param>
    /// <param name="environment">What it names as <c>${…}</c>.</param>
    public static async Task<HaproxyServer> Start(string configuration, IReadOnlyDictionary<string, string>? environment = null)
    {
        var server = new HaproxyServer();
        try
        {
            await File.WriteAllTextAsync(server._directory.File("haproxy.cfg"), configuration);
            await File.WriteAllTextAsync(server._directory.File("stats.cfg"), $"global\n    stats socket {server.SocketPath} mode 600 level admin\n");
            server._program = RunningProgram.Start(
                Program, ["-db", "-f", server._directory.File("haproxy.cfg"), "-f", server._directory.File("stats.cfg")], environment: environment);
            await Eventually.True(server.Answers, "haproxy answers");
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Whether haproxy takes the configuration (<c>haproxy -c</c>), and what it says.</summary>
    public static async Task<(bool Valid, string Output)> Check(string file, IReadOnlyDictionary<string, string>? environment = null)
    {
        using var program = RunningProgram.Start(Program, ["-c", "-f", file], environment: environment);
        return (await program.Exit() == 0, program.Everything);
    }

    /// <summary>The state of each server of a backend: "UP", "DOWN", "DRAIN", "UP 1/2", "no check".</summary>
    public async Task<IReadOnlyDictionary<string, string>> States(string backend) =>
        (await Rows()).Where(row => row["pxname"] == backend && row["svname"] != "BACKEND").ToDictionary(row => row["svname"], row => row["status"]);

    /// <summary>A column of haproxy's statistics for each server of a backend.</summary>
    public async Task<IReadOnlyDictionary<string, string>> Column(string backend, string column) =>
        (await Rows()).Where(row => row["pxname"] == backend && row["svname"] != "BACKEND").ToDictionary(row => row["svname"], row => row[column]);

    public ValueTask DisposeAsync()
    {
        _program?.Dispose();
        _directory.Dispose();
        return ValueTask.CompletedTask;
    }

    private string SocketPath => _directory.File("s");

    private async Task<bool> Answers()
    {
        Assert.False(_program!.HasExited, "haproxy ended at once:\n" + _program.Everything);
        try
        {
            return (await Tell("show info")).Contains("Version", StringComparison.Ordinal);
        }
        catch (Exception notYet) when (notYet is SocketException or IOException)
        {
            return false;
        }
    }

    private async Task<List<Dictionary<string, string>>> Rows()
    {
        string[] lines = (await Tell("show stat")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] names = lines[0].TrimStart('#', ' ').Split(',');
        return [.. lines.Skip(1).Select(line => names.Zip(line.Split(',')).Where(pair => pair.First.Length > 0).ToDictionary(pair => pair.First, pair => pair.Second))];
    }

    private async Task<string> Tell(string command)
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath), bound.Token);
        await socket.SendAsync(Encoding.ASCII.GetBytes(command + "\n"), bound.Token);
        await using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(bound.Token);
    }
}
