using System.Net.Sockets;
using DecisionServer.Tests.Processes;

namespace DecisionServer.Tests.Support;

/// <summary>A real redis-server on a loopback port of its own; nothing of it is on disk, so it comes back empty unless it is told to keep an append-only file.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly string[] _arguments;
    private RunningProgram? _program;

    private RedisServer(string[] arguments) => _arguments = arguments;

    public int Port { get; } = FreePorts.Take();

    /// <summary>As a client's configuration names it.</summary>
    public string Address => $"127.0.0.1:{Port}";

    /// <summary>Where it keeps what it keeps.</summary>
    public string Directory => _directory.Path;

    /// <param name="arguments">Further options of redis-server, or "--sentinel" after a configuration file.</param>
    public static async Task<RedisServer> Start(params string[] arguments)
    {
        var server = new RedisServer(arguments);
        try
        {
            await server.StartAgain();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it on the same port, after <see cref="Kill"/> or <see cref="Stop"/>.</summary>
    public async Task StartAgain()
    {
        _program?.Dispose();
        string[] first = _arguments is [var file, ..] && !file.StartsWith('-') ? [file] : [];
        _program = RunningProgram.Start(
            "redis-server",
            [.. first, "--port", $"{Port}", "--bind", "127.0.0.1", "--dir", Directory, "--save", "", .. _arguments.Skip(first.Length)]);
        await Eventually.True(Answers, "redis-server answers");
    }

    /// <summary>SIGKILL.</summary>
    public async Task Kill()
    {
        _program!.Kill();
        await _program.Exit();
    }

    /// <summary>SIGTERM.</summary>
    public async Task Stop()
    {
        _program!.Terminate();
        await _program.Exit();
    }

    /// <summary>SIGSTOP: connections stay, nothing is answered.</summary>
    public void Suspend() => _program!.Suspend();

    /// <summary>SIGCONT.</summary>
    public void Resume() => _program!.Resume();

    /// <summary>One command over a connection of its own; the answer as text, nested answers a line each.</summary>
    public Task<string> Command(params string[] parts) => RedisCommand.Send(Port, parts);

    public ValueTask DisposeAsync()
    {
        _program?.Dispose();
        _directory.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<bool> Answers()
    {
        Assert.False(_program!.HasExited, "redis-server ended at once:\n" + _program.Everything);
        try
        {
            return await Command("PING") == "PONG";
        }
        catch (Exception notYet) when (notYet is SocketException or IOException or InvalidOperationException)
        {
            return false;
        }
    }
}
