using DecisionServer.Fleet.Segments;
using DecisionServer.V1;
using Grpc.Core;

namespace DecisionServer.Fleet;

/// <summary>What nodes ask of each other. Here messages are handed on; each method has its class.</summary>
public sealed class FleetGrpcService(GenerationHandout handout) : FleetService.FleetServiceBase
{
    /// <inheritdoc/>
    public override Task FetchGeneration(FetchGenerationRequest request, IServerStreamWriter<FetchGenerationResponse> responseStream, ServerCallContext context) =>
        handout.Send(request, responseStream, context.CancellationToken);
}
