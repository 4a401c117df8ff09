namespace Grpc.Core;

/// <summary>Hands the deadline and the cancellation of a server call on to calls made from it. Only implementations of gRPC derive from it.</summary>
public abstract class ContextPropagationToken
{
    internal ContextPropagationToken()
    {
    }
}
