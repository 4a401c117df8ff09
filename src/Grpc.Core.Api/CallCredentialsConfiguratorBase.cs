namespace Grpc.Core;

/// <summary>Receives the kind of a <see cref="CallCredentials"/>. For implementations of gRPC only.</summary>
public abstract class CallCredentialsConfiguratorBase
{
    /// <summary>Receives credentials that are joined of several.</summary>
    public abstract void SetCompositeCredentials(object state, IReadOnlyList<CallCredentials> credentials);

    /// <summary>Receives credentials that are a function.</summary>
    public abstract void SetAsyncAuthInterceptorCredentials(object state, AsyncAuthInterceptor interceptor);
}
