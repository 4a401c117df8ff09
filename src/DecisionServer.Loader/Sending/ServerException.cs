using Grpc.Core;

namespace DecisionServer.Loader;

/// <summary>The server refused a call, or could not be reached.</summary>
internal sealed class ServerException(string message, bool isUnreachable, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>True: exit code 3, else 1.</summary>
    public bool IsUnreachable { get; } = isUnreachable;

    /// <summary>Makes the exception for a failed call. <paramref name="what"/> says what was tried: "publish 'week-33'".</summary>
    public static ServerException Of(string what, RpcException failure)
        => Transient.IsLost(failure)
            ? new($"{what}: the server cannot be reached: {Transient.Reason(failure)} (is it running, and is --server right?)", true, failure)
            : new($"{what}: {failure.Status.Detail} [{failure.StatusCode}]", false, failure);
}
