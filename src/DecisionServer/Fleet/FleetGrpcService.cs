using DecisionServer.Fleet.Segments;
using DecisionServer.Store;
using DecisionServer.V1;
using Grpc.Core;

namespace DecisionServer.Fleet;

/// <summary>What nodes ask of each other. Here messages are handed on; each method has its class.</summary>
internal sealed class FleetGrpcService(GenerationHandout handout, FleetStatus status, FleetDigest digest) : FleetService.FleetServiceBase
{
    /// <inheritdoc/>
    public override Task FetchGeneration(FetchGenerationRequest request, IServerStreamWriter<FetchGenerationResponse> responseStream, ServerCallContext context) =>
        handout.Send(request, responseStream, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<GetFleetResponse> GetFleet(GetFleetRequest request, ServerCallContext context) => Task.FromResult(status.Describe());

    // It looks at every record: decisions come first.
    /// <inheritdoc/>
    public override Task<GetDigestResponse> GetDigest(GetDigestRequest request, ServerCallContext context) => SideThread.RunAlone(digest.Take);
}
