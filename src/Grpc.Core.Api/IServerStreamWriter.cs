namespace Grpc.Core;

/// <summary>The responses of a streaming call, on the server.</summary>
/// <typeparam name="T">The response message.</typeparam>
public interface IServerStreamWriter<in T> : IAsyncStreamWriter<T>
{
}
