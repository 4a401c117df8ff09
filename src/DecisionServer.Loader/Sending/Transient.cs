using Grpc.Core;

namespace DecisionServer.Loader;

/// <summary>Which failures of calls are worth another attempt.</summary>
internal static class Transient
{
    // Servers that shed load say so by this trailer; a full disk or memory comes without it.
    private const string Pushback = "grpc-retry-pushback-ms";

    /// <summary>The connection or the server is gone, not: the server said no.</summary>
    public static bool IsLost(RpcException failure) => failure.StatusCode switch
    {
        StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Cancelled => true,
        StatusCode.Internal or StatusCode.Unknown => HasConnectionFault(failure),
        _ => false,
    };

    /// <summary>Lost, or shed under overload: the same call can succeed later.</summary>
    public static bool IsWorthRetrying(RpcException failure)
        => IsLost(failure) || (failure.StatusCode == StatusCode.ResourceExhausted && failure.Trailers.Get(Pushback) is not null);

    public static string Reason(RpcException failure)
    {
        Exception? cause = failure.Status.DebugException;
        while (cause?.InnerException is { } inner) cause = inner;
        return cause is null ? failure.Status.Detail : cause.Message;
    }

    private static bool HasConnectionFault(RpcException failure)
    {
        for (var cause = failure.Status.DebugException; cause is not null; cause = cause.InnerException)
        {
            if (cause is IOException or HttpRequestException) return true;
        }

        return false;
    }
}
