using DecisionServer.Store;

namespace DecisionServer.Services.Members;

/// <summary>Runs something on what serves, which stays in memory meanwhile.</summary>
internal static class Lease
{
    /// <exception cref="Grpc.Core.RpcException">FAILED_PRECONDITION: nothing has been published yet.</exception>
    public static TResult Run<TResult>(Serving serving, Func<ServingState, TResult> act)
    {
        var state = serving.Acquire() ?? throw Errors.FailedPrecondition("no generation has been published yet: load and publish one first");
        try
        {
            return act(state);
        }
        finally
        {
            state.Generation.Release();
        }
    }
}
