using Google.Protobuf;
using Grpc.Core;

namespace Grpc.Contract.Tests.Calls;

/// <summary>Passes the methods of a service on with request marshallers that answer INVALID_ARGUMENT to bytes that are not the message.</summary>
internal sealed class StrictServiceBinder(ServiceBinderBase inner) : ServiceBinderBase
{
    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) =>
        inner.AddMethod(Strict(method), handler);

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler) =>
        inner.AddMethod(Strict(method), handler);

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler) =>
        inner.AddMethod(Strict(method), handler);

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler) =>
        inner.AddMethod(Strict(method), handler);

    private static Method<TRequest, TResponse> Strict<TRequest, TResponse>(Method<TRequest, TResponse> method)
    {
        var requests = new Marshaller<TRequest>(method.RequestMarshaller.ContextualSerializer, Read(method.RequestMarshaller.ContextualDeserializer));
        return new Method<TRequest, TResponse>(method.Type, method.ServiceName, method.Name, requests, method.ResponseMarshaller);
    }

    private static Func<DeserializationContext, T> Read<T>(Func<DeserializationContext, T> read) => context =>
    {
        try
        {
            return read(context);
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, $"The request is not a {typeof(T).Name}: {exception.Message}", exception));
        }
    };
}
