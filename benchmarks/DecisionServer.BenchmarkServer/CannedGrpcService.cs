using DecisionServer.Benchmark.V1;
using DecisionServer.Services;
using DecisionServer.Services.Decisions;
using DecisionServer.V1;
using Grpc.Core;

namespace DecisionServer.BenchmarkServer;

/// <summary>
/// The obvious least that a method can do: parse the request, return a message that is there. It is an ordinary message of the generated
/// classes, written anew for each call.
/// </summary>
internal sealed class CannedGrpcService(DecisionGrpcService decisions) : CannedService.CannedServiceBase
{
    private volatile Task<NextBestOffersResponse>? _answer;

    /// <inheritdoc/>
    public override Task<NextBestOffersResponse> NextBestOffers(NextBestOffersRequest request, ServerCallContext context) =>
        _answer ?? DecideAsync(request, context);

    // Asked for until there is a generation to answer from.
    private async Task<NextBestOffersResponse> DecideAsync(NextBestOffersRequest request, ServerCallContext context)
    {
        DecisionAnswer answer = await decisions.NextBestOffers(request, context);
        NextBestOffersResponse message = NextBestOffersResponse.Parser.ParseFrom(AnswerEncoder.ToArray(answer));
        answer.Release();
        _answer = Task.FromResult(message);
        return message;
    }
}
