using Microsoft.Extensions.Logging;

namespace DecisionServer.Fanout;

/// <summary>What the feed logs. Event ids 5000 to 5999.</summary>
internal static partial class Log
{
    [LoggerMessage(5000, LogLevel.Information, "News flow over Redis at {Addresses}")]
    public static partial void Linked(ILogger logger, string addresses);

    [LoggerMessage(5001, LogLevel.Warning, "Redis at {Addresses} is lost, news come from truth meanwhile: {Reason}")]
    public static partial void Lost(ILogger logger, string addresses, string reason);

    [LoggerMessage(5002, LogLevel.Warning, "Redis at {Addresses} cannot be reached: {Reason}")]
    public static partial void Unreachable(ILogger logger, string addresses, string reason);

    [LoggerMessage(5003, LogLevel.Warning, "The doorbell was silent and is subscribed to anew")]
    public static partial void Resubscribed(ILogger logger);

    [LoggerMessage(5004, LogLevel.Warning, "The news were of another epoch and begin anew with epoch {Epoch}")]
    public static partial void EpochChanged(ILogger logger, string epoch);

    [LoggerMessage(5005, LogLevel.Warning, "Redis refuses news: {Reason}")]
    public static partial void Refused(ILogger logger, string reason);

    [LoggerMessage(5006, LogLevel.Error, "The watch over the link to Redis failed and goes on")]
    public static partial void WatchFailed(ILogger logger, Exception cause);

    [LoggerMessage(5007, LogLevel.Error, "A listener of the doorbell failed")]
    public static partial void ListenerFailed(ILogger logger, Exception cause);
}
