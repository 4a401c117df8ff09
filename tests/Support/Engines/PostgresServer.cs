using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace DecisionServer.Tests.Support;

/// <summary>
/// A real PostgreSQL in a folder and on a loopback port of its own, run by the user postgres where the tests run as root. It ends, and its folder goes, with this
/// object or with the test process, however that ends.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);
    private static readonly Lazy<Task<PostgresServer>> One = new(Start);
    private static int _databases;

    private readonly string _programs = FindPrograms();
    private readonly string _directory = Directory.CreateTempSubdirectory("decisionserver-postgres-").FullName;
    private Process? _process;

    private PostgresServer()
    {
    }

    /// <summary>One for all tests of the assembly that do not stop it.</summary>
    public static Task<PostgresServer> Shared => One.Value;

    /// <summary>Stays the same when it is stopped and started again.</summary>
    public int Port { get; } = FreePorts.Take();

    /// <summary>Makes one and starts it.</summary>
    public static async Task<PostgresServer> Start()
    {
        var server = new PostgresServer();
        try
        {
            await server.Make();
            await server.StartAgain();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>As Npgsql writes it.</summary>
    /// <param name="database">The database.</param>
    /// <param name="port">Another port that leads here, a proxy's; 0: the server's own.</param>
    public string ConnectionString(string database, int port = 0) =>
        string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={(port == 0 ? Port : port)};Database={database};Username=postgres;Password=secret-of-tests");

    /// <summary>Makes an empty database and returns its name.</summary>
    public async Task<string> NewDatabase()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test{Interlocked.Increment(ref _databases)}");
        await Sql("postgres", $"CREATE DATABASE {name}");
        return name;
    }

    /// <summary>Runs SQL by psql; the answer's values, a row a line, columns apart by "|".</summary>
    public async Task<string> Sql(string database, string sql)
    {
        var (code, text) = await Run("psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", Number(Port), "-U", "postgres", "-d", database, "-c", sql);
        return code == 0 ? text.Trim() : throw new InvalidOperationException($"psql: {text}");
    }

    /// <summary>Runs another program of PostgreSQL (pg_dump) against a database; its output.</summary>
    public async Task<string> Program(string name, string database, params string[] arguments)
    {
        var (code, text) = await Run(name, ["-h", "127.0.0.1", "-p", Number(Port), "-U", "postgres", "-d", database, .. arguments]);
        return code == 0 ? text : throw new InvalidOperationException($"{name}: {text}");
    }

    /// <summary>A file of its own that its programs may write; gone with it.</summary>
    public string File(string name) => Path.Combine(_directory, name);

    /// <summary>Closes every connection of a database, whatever it is at.</summary>
    public Task Terminate(string database) =>
        Sql("postgres", $"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{database}'");

    /// <summary>Stops it; "immediate" leaves it to recover from its log, as after a crash.</summary>
    public async Task Stop(string mode = "fast")
    {
        var (code, text) = await Run("pg_ctl", "-D", Data, "-m", mode, "-w", "-t", "60", "stop");
        if (code != 0) throw new InvalidOperationException($"pg_ctl stop: {text}");
        await End();
    }

    /// <summary>Starts it on the same port, and waits until it answers.</summary>
    public async Task StartAgain()
    {
        // The shell ends it when its own input ends, which it does with the test process at the latest.
        var postgres = $"{_programs}/postgres -D '{Data}' -p {Port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=80 -c logging_collector=off";
        var script = $"{postgres} >>'{Log}' 2>&1 </dev/null & p=$!; cat >/dev/null; kill -QUIT $p 2>/dev/null; wait $p";
        _process = Launch("sh", ["-c", script], keepInput: true);
        var watch = Stopwatch.StartNew();
        while ((await Run("pg_isready", "-q", "-h", "127.0.0.1", "-p", Number(Port))).Code != 0)
        {
            if (watch.Elapsed > Bound || _process.HasExited) throw new InvalidOperationException($"PostgreSQL does not answer:\n{System.IO.File.ReadAllText(Log)}");
            await Task.Delay(20);
        }
    }

    /// <summary>Stops it as a crash would, and lets it recover.</summary>
    public async Task Crash()
    {
        await Stop("immediate");
        await StartAgain();
    }

    public async ValueTask DisposeAsync()
    {
        await End();
        Directory.Delete(_directory, recursive: true);
    }

    private string Data => Path.Combine(_directory, "data");

    private string Log => Path.Combine(_directory, "log");

    private static bool IsRoot => Environment.UserName == "root";

    private async Task Make()
    {
        System.IO.File.WriteAllText(Log, "");
        if (IsRoot)
        {
            using var chown = Launch("chown", ["-R", "postgres", _directory], asPostgres: false);
            await chown.WaitForExitAsync().WaitAsync(Bound);
        }

        var (code, text) = await Run("initdb", "-D", Data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync");
        if (code != 0) throw new InvalidOperationException($"initdb: {text}");
    }

    private async Task End()
    {
        if (_process is not { } process) return;
        _process = null;
        process.StandardInput.Close();
        await process.WaitForExitAsync().WaitAsync(Bound);
        process.Dispose();
    }

    private async Task<(int Code, string Text)> Run(string program, params string[] arguments)
    {
        using var process = Launch(Path.Combine(_programs, program), arguments);
        var output = new StringBuilder();
        var reading = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            await process.WaitForExitAsync().WaitAsync(Bound);
            foreach (var text in await reading.WaitAsync(Bound)) output.Append(text);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw new InvalidOperationException($"{program} did not end in time");
        }

        return (process.ExitCode, output.ToString());
    }

    private static Process Launch(string program, IEnumerable<string> arguments, bool keepInput = false, bool asPostgres = true)
    {
        string[] command = IsRoot && asPostgres ? ["runuser", "-u", "postgres", "--", program, .. arguments] : [program, .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        var process = Process.Start(start)!;
        if (!keepInput) process.StandardInput.Close();
        return process;
    }

    // Debian keeps each version's programs in a folder of its own.
    private static string FindPrograms()
    {
        var versions = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql") : [];
        var newest = versions.Select(path => Path.Combine(path, "bin")).Where(path => System.IO.File.Exists(Path.Combine(path, "initdb"))).Order(StringComparer.Ordinal).LastOrDefault();
        return newest ?? throw new InvalidOperationException("PostgreSQL is not installed; tests/run installs it (Debian: postgresql)");
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
