using System.Globalization;
using Grpc.Core;

namespace DecisionServer;

/// <summary>
/// The one place where a refusal becomes a gRPC status. Services throw what these methods return; the message names the place,
/// the fault and, where there is one, the remedy.
/// </summary>
public static class Errors
{
    /// <summary>Trailer that tells a client how many milliseconds to wait before it tries again (gRPC retry design, A6).</summary>
    public const string RetryPushback = "grpc-retry-pushback-ms";

    /// <summary>Trailer that names the node that a call belongs to: its address.</summary>
    public const string Owner = "ds-owner";

    /// <summary>INVALID_ARGUMENT: a field of the request is at fault ("member_id: is empty").</summary>
    /// <param name="field">Path of the field as the proto names it, for example <c>placements[2].count</c>.</param>
    /// <param name="fault">What is wrong with its value, beginning with a verb.</param>
    public static RpcException InvalidArgument(string field, string fault) => Create(StatusCode.InvalidArgument, field + ": " + fault);

    /// <summary>INVALID_ARGUMENT for a request that is at fault as a whole.</summary>
    public static RpcException InvalidArgument(string message) => Create(StatusCode.InvalidArgument, message);

    /// <summary>NOT_FOUND: what was asked for does not exist.</summary>
    public static RpcException NotFound(string message) => Create(StatusCode.NotFound, message);

    /// <summary>ALREADY_EXISTS: what was to be made is there.</summary>
    public static RpcException AlreadyExists(string message) => Create(StatusCode.AlreadyExists, message);

    /// <summary>FAILED_PRECONDITION: valid, but not in the state that the server is in; trying again without a change elsewhere is useless.</summary>
    public static RpcException FailedPrecondition(string message) => Create(StatusCode.FailedPrecondition, message);

    /// <summary>ABORTED: another caller took over what this one was doing.</summary>
    public static RpcException Aborted(string message) => Create(StatusCode.Aborted, message);

    /// <summary>RESOURCE_EXHAUSTED: a limit is reached that waiting does not lift (disk, memory, rows).</summary>
    public static RpcException ResourceExhausted(string message) => Create(StatusCode.ResourceExhausted, message);

    /// <summary>RESOURCE_EXHAUSTED with a hint when to try again.</summary>
    public static RpcException ResourceExhausted(string message, TimeSpan retryAfter) =>
        Create(StatusCode.ResourceExhausted, message, retryAfter);

    /// <summary>UNAVAILABLE with a hint when to try again, on this server or another.</summary>
    public static RpcException Unavailable(string message, TimeSpan retryAfter) => Create(StatusCode.Unavailable, message, retryAfter);

    /// <summary>FAILED_PRECONDITION with the node that the call belongs to: the same call succeeds there, and nothing was done here.</summary>
    public static RpcException Redirect(string message, Uri owner) =>
        new(new Status(StatusCode.FailedPrecondition, message), new Metadata { { Owner, owner.GetLeftPart(UriPartial.Authority) } });

    private static RpcException Create(StatusCode code, string message) => new(new Status(code, message));

    private static RpcException Create(StatusCode code, string message, TimeSpan retryAfter) =>
        new(
            new Status(code, message),
            new Metadata { { RetryPushback, ((long)retryAfter.TotalMilliseconds).ToString(CultureInfo.InvariantCulture) } });
}
