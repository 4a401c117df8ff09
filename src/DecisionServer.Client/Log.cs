using Microsoft.Extensions.Logging;

namespace DecisionServer.Client;

/// <summary>What the client logs. Event ids 7000 to 7999.</summary>
internal static partial class Log
{
    [LoggerMessage(7000, LogLevel.Information, "{Endpoint} serves")]
    public static partial void Serves(ILogger logger, Uri endpoint);

    [LoggerMessage(7001, LogLevel.Warning, "{Endpoint} says that it does not serve or is stopping; it is avoided")]
    public static partial void ServesNot(ILogger logger, Uri endpoint);

    [LoggerMessage(7002, LogLevel.Warning, "{Endpoint} cannot be reached; it is avoided: {Reason}")]
    public static partial void Lost(ILogger logger, Uri endpoint, string reason);

    [LoggerMessage(7003, LogLevel.Information, "Members are divided into {Shards} shards over {Nodes} nodes")]
    public static partial void Sharded(ILogger logger, int shards, int nodes);

    [LoggerMessage(7004, LogLevel.Debug, "Which node owns which members could not be asked: {Reason}")]
    public static partial void FleetUnknown(ILogger logger, string reason);
}
