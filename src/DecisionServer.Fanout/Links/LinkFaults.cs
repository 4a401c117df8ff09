using System.Net.Sockets;
using StackExchange.Redis;

namespace DecisionServer.Fanout;

/// <summary>What the client's exceptions mean, in words that hold neither configuration nor password.</summary>
internal static class LinkFaults
{
    // This server is not, or not yet, the one to talk to; looking for it again may help.
    private static readonly string[] Elsewhere = ["READONLY", "MOVED", "ASK", "CLUSTERDOWN", "TRYAGAIN", "MASTERDOWN", "LOADING", "NOREPLICAS"];

    /// <summary>Whether this is what a network, or a server on it, can do to us. The client cancels what was under way on a connection that it closes.</summary>
    public static bool IsExpected(Exception fault, CancellationToken cancellation) =>
        fault is RedisException or TimeoutException or SocketException or ObjectDisposedException or LinkException
        || fault is OperationCanceledException && !cancellation.IsCancellationRequested;

    /// <summary>Whether the link is of no use after this; else Redis only refused the call.</summary>
    public static bool EndsLink(Exception fault) =>
        fault is not RedisServerException refusal || Elsewhere.Any(word => refusal.Message.StartsWith(word, StringComparison.Ordinal));

    /// <summary>The script is not cached there: it was restarted.</summary>
    public static bool IsMissingScript(Exception fault) =>
        fault is RedisServerException refusal && refusal.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal);

    public static string Describe(Exception fault) => fault switch
    {
        LinkException said => said.Message,
        TimeoutException => "it does not answer in time",
        RedisServerException refusal => "it refuses: " + Shorten(refusal.Message),
        RedisConnectionException broken when Says(broken, "AuthenticationFailure") => "it does not accept the password; check password= in Fanout:Redis",
        RedisConnectionException broken when Says(broken, "ProtocolFailure") =>
            "what answers there does not speak as Redis does; for sentinels add serviceName= to Fanout:Redis, for TLS ssl=true",
        RedisConnectionException { FailureType: ConnectionFailureType.UnableToResolvePhysicalConnection } => "no server of it is connected",
        RedisConnectionException broken => $"the connection failed ({broken.FailureType})",
        _ => $"the connection failed ({fault.GetType().Name})",
    };

    private static bool Says(RedisConnectionException fault, string word) =>
        fault.FailureType.ToString() == word || fault.Message.Contains(word, StringComparison.Ordinal);

    private static string Shorten(string text) => text.Length <= 200 ? text : text[..200] + "…";
}
