using System.Globalization;
using Grpc.Core;

namespace DecisionServer.Client.Calling;

/// <summary>What a failure of a call means.</summary>
internal static class Failure
{
    private const string Pushback = "grpc-retry-pushback-ms";
    private const string Owner = "ds-owner";

    /// <summary>Whether the same call may succeed on another node or a moment later.</summary>
    public static bool IsTransient(RpcException failure) => failure.StatusCode switch
    {
        _ when failure.Trailers.GetValue(Pushback) is { } hint => !hint.StartsWith('-'), // gRPC A6: negative means never
        StatusCode.Unavailable or StatusCode.Cancelled => true,
        StatusCode.Internal or StatusCode.Unknown => HasConnectionFault(failure),
        _ => false,
    };

    /// <summary>When the server wants to be asked again; null: it does not say.</summary>
    public static TimeSpan? Hint(RpcException failure) =>
        long.TryParse(failure.Trailers.GetValue(Pushback), NumberStyles.None, CultureInfo.InvariantCulture, out long milliseconds)
            ? TimeSpan.FromMilliseconds(Math.Min(milliseconds, 60_000))
            : null;

    /// <summary>The node that owns the member; null: the answer does not say.</summary>
    public static Uri? OwnerHint(RpcException failure) =>
        Uri.TryCreate(failure.Trailers.GetValue(Owner), UriKind.Absolute, out Uri? owner) && owner.Scheme is "http" or "https" ? owner : null;

    private static bool HasConnectionFault(RpcException failure)
    {
        for (Exception? cause = failure.Status.DebugException; cause is not null; cause = cause.InnerException)
        {
            if (cause is IOException or HttpRequestException)
            {
                return true;
            }
        }

        return false;
    }
}
