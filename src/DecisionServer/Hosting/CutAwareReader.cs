using Grpc.Core;

namespace DecisionServer.Hosting;

/// <summary>
/// Reads a caller's messages. A connection that ends in the middle of a stream is the caller's affair, not an error of the server:
/// the call ends with CANCELLED instead of an exception that would be logged as one.
/// </summary>
internal sealed class CutAwareReader<T>(IAsyncStreamReader<T> messages) : IAsyncStreamReader<T>
{
    public T Current => messages.Current;

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        try
        {
            return await messages.MoveNext(cancellationToken);
        }
        catch (IOException)
        {
            throw new RpcException(new Status(StatusCode.Cancelled, "the connection ended in the middle of the stream"));
        }
    }
}
