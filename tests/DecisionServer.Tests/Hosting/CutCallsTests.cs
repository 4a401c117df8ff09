using System.IO.Pipelines;
using System.Net.Sockets;
using DecisionServer.Hosting;
using DecisionServer.Tests.Processes;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace DecisionServer.Tests.Hosting;

public sealed class CutCallsTests : ILoggerProvider, ILogger
{
    private const string Handler = "Grpc.AspNetCore.Server.ServerCallHandler";
    private readonly List<(LogLevel Level, bool WithFault)> _lines = [];

    [Fact]
    public async Task Log_ConnectionEndedUnderACall_IsDebugWithoutItsStack()
    {
        var request = new Pipe();
        await request.Writer.CompleteAsync(new IOException("the client reset the request stream"));

        Log(Handler, new ConnectionResetException("reset"));
        Log(Handler, new ConnectionAbortedException("aborted"));
        Log(Handler, await Assert.ThrowsAsync<IOException>(async () => await request.Reader.ReadAsync()));

        Assert.Equal([(LogLevel.Debug, false), (LogLevel.Debug, false), (LogLevel.Debug, false)], _lines);
    }

    [Fact]
    public void Log_FaultOfTheServer_StaysAnError()
    {
        Log(Handler, Assert.ThrowsAny<IOException>(() => File.ReadAllText(Path.Combine(Path.GetTempPath(), "there", "is", "nothing"))));
        Log(Handler, Assert.Throws<InvalidOperationException>(() => Array.Empty<int>().Single()));
        Log("DecisionServer.Services", new ConnectionResetException("of a connection of ours"));

        Assert.Equal([(LogLevel.Error, true), (LogLevel.Error, true), (LogLevel.Error, true)], _lines);
    }

    [Fact]
    public async Task Call_CallersConnectionBreaks_NoErrorOfTheServer()
    {
        const string InFlight = "decisionserver_calls_in_flight{kind=\"unary\"}";
        await using ServerProcess server = await ServerProcess.Start();
        Socket? connection = null;
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (target, cancellation) =>
            {
                connection = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await connection.ConnectAsync(target.DnsEndPoint, cancellation);
                return new NetworkStream(connection, ownsSocket: true);
            },
        };
        using var client = new HttpClient(handler);
        _ = Enumerable.Range(0, 50).Select(_ => StalledCall.Start(client, server.Grpc)).ToArray();
        await Eventually.True(async () => await server.Metric(InFlight) == 50, "fifty calls in flight");

        connection!.LingerState = new LingerOption(true, 0); // RST.
        connection.Dispose();

        // The log is looked at when the server ends: an error in it fails the test.
        await Eventually.True(async () => await server.Metric(InFlight) == 0, "nothing in flight");
    }

    ILogger ILoggerProvider.CreateLogger(string categoryName) => this;

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Add((logLevel, exception is not null));

    public void Dispose()
    {
    }

    private void Log(string category, Exception fault)
    {
        using var log = new LoggerFactory([this], new LoggerFilterOptions { MinLevel = LogLevel.Debug });
        using var quiet = new CutCalls(log);
        quiet.CreateLogger(category).Log(LogLevel.Error, default, 0, fault, (_, _) => "a call failed");
    }
}
