using Google.Protobuf;
using Grpc.Core;

namespace DecisionServer.Hosting;

/// <summary>
/// Collects the methods of a service and gives each a reader of messages that answers bytes which are no message of the type with
/// INVALID_ARGUMENT. The server alone would answer UNKNOWN and log an error, as if the fault were its own.
/// </summary>
internal sealed class CheckedBinder : ServiceBinderBase
{
    private readonly ServerServiceDefinition.Builder _builder = ServerServiceDefinition.CreateBuilder();

    public ServerServiceDefinition Build() => _builder.Build();

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) =>
        _builder.AddMethod(Checked(method), handler!);

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler) =>
        _builder.AddMethod(Checked(method), (requests, context) => handler!(new CutAwareReader<TRequest>(requests), context));

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler) =>
        _builder.AddMethod(Checked(method), handler!);

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler) =>
        _builder.AddMethod(
            Checked(method), (requests, responses, context) => handler!(new CutAwareReader<TRequest>(requests), responses, context));

    private static Method<TRequest, TResponse> Checked<TRequest, TResponse>(Method<TRequest, TResponse> method)
        where TRequest : class
        where TResponse : class
    {
        Func<DeserializationContext, TRequest> read = method.RequestMarshaller.ContextualDeserializer;
        TRequest Read(DeserializationContext context)
        {
            try
            {
                return read(context);
            }
            catch (InvalidProtocolBufferException e)
            {
                throw Errors.InvalidArgument($"{method.FullName[1..]}: the request is no valid {typeof(TRequest).Name}: {e.Message}");
            }
        }

        return new Method<TRequest, TResponse>(
            method.Type,
            method.ServiceName,
            method.Name,
            new Marshaller<TRequest>(method.RequestMarshaller.ContextualSerializer, Read),
            method.ResponseMarshaller);
    }
}
