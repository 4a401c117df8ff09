using Grpc.Core;
using Grpc.Reflection.V1;

namespace DecisionServer.Reflection;

/// <summary>grpc.reflection.v1.ServerReflection.</summary>
public sealed class ReflectionGrpcService : ServerReflection.ServerReflectionBase
{
    private readonly ReflectionAnswers _answers = new(new DescriptorIndex(ServiceRegistration.Services));

    /// <inheritdoc/>
    public override async Task ServerReflectionInfo(
        IAsyncStreamReader<ServerReflectionRequest> requestStream,
        IServerStreamWriter<ServerReflectionResponse> responseStream,
        ServerCallContext context)
    {
        while (await requestStream.MoveNext(context.CancellationToken))
            await responseStream.WriteAsync(_answers.Answer(requestStream.Current), context.CancellationToken);
    }
}
