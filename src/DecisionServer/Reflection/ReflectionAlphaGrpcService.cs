using Google.Protobuf;
using Grpc.Core;
using Grpc.Reflection.V1Alpha;

namespace DecisionServer.Reflection;

/// <summary>grpc.reflection.v1alpha.ServerReflection, which older clients ask for: the same messages on the wire, so they are read as such.</summary>
public sealed class ReflectionAlphaGrpcService : ServerReflection.ServerReflectionBase
{
    private readonly ReflectionAnswers _answers = new(new DescriptorIndex(ServiceRegistration.Services));

    /// <inheritdoc/>
    public override async Task ServerReflectionInfo(
        IAsyncStreamReader<ServerReflectionRequest> requestStream,
        IServerStreamWriter<ServerReflectionResponse> responseStream,
        ServerCallContext context)
    {
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            var request = Grpc.Reflection.V1.ServerReflectionRequest.Parser.ParseFrom(requestStream.Current.ToByteString());
            var response = ServerReflectionResponse.Parser.ParseFrom(_answers.Answer(request).ToByteString());
            await responseStream.WriteAsync(response, context.CancellationToken);
        }
    }
}
