namespace Grpc.Core;

/// <summary>The requests of a streaming call, on the client.</summary>
/// <typeparam name="T">The request message.</typeparam>
public interface IClientStreamWriter<in T> : IAsyncStreamWriter<T>
{
    /// <summary>Tells the server that no further request follows.</summary>
    Task CompleteAsync();
}
