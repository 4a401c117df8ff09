using Microsoft.AspNetCore.Connections;

namespace DecisionServer.Hosting;

/// <summary>
/// Grpc logs a call whose caller is gone as an error of the server, with a stack trace, unless the cancellation was quicker than the fault: many at a
/// time where a busy client ends. Here it is a line of level Debug.
/// </summary>
internal sealed class CutCalls(ILoggerFactory inner) : ILoggerFactory
{
    /// <summary>Puts this between Grpc and the log.</summary>
    public static void Register(IServiceCollection services)
    {
        services.AddSingleton<LoggerFactory>();
        services.AddSingleton<ILoggerFactory>(provider => new CutCalls(provider.GetRequiredService<LoggerFactory>()));
    }

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName)
    {
        ILogger logger = inner.CreateLogger(categoryName);
        return categoryName.StartsWith("Grpc.", StringComparison.Ordinal) ? new Quiet(logger) : logger;
    }

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    /// <summary>Nothing: the container that made the inner one ends it.</summary>
    public void Dispose()
    {
    }

    // The connection or stream ended under a call. The exceptions of Kestrel say so by their type, or come out of the pipe that the request is read
    // from; those of files and other connections come from elsewhere.
    private static bool IsCut(Exception? fault) =>
        fault is ConnectionResetException or ConnectionAbortedException
        || (fault is IOException && fault.StackTrace is { } way && (Passed(way, "System.IO.Pipelines.") || Passed(way, "Microsoft.AspNetCore.Server.Kestrel.")));

    // From the throw to Grpc's handler of faults: whoever serves the connection is in it only where the fault came out of the connection.
    private static bool Passed(string way, string namespaceOf) => way.Contains("   at " + namespaceOf, StringComparison.Ordinal);

    private sealed class Quiet(ILogger inner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= LogLevel.Error && IsCut(exception))
                DecisionServer.Log.CutCall(inner, exception!.Message);
            else
                inner.Log(logLevel, eventId, state, exception, formatter);
        }
    }
}
