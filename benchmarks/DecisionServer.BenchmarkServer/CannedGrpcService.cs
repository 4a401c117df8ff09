using DecisionServer.Services;
using DecisionServer.Services.Decisions;
using DecisionServer.V1;
using Grpc.Core;

namespace DecisionServer.BenchmarkServer;

/// <summary>What decisions are measured against: methods that parse the request and return what is there.</summary>
/// <remarks><see cref="CannedBinding"/> maps them.</remarks>
internal sealed class CannedGrpcService(DecisionGrpcService decisions)
{
    private volatile Canned? _canned;

    /// <summary>The least that any method can do: the answer's bytes as they are.</summary>
    public Task<byte[]> NextBestOffers(NextBestOffersRequest request, ServerCallContext context) =>
        _canned?.Bytes ?? First(request, context, static canned => canned.Bytes);

    /// <summary>The ordinary way: a message that is there, written anew for each call.</summary>
    public Task<NextBestOffersResponse> NextBestOffersMessage(NextBestOffersRequest request, ServerCallContext context) =>
        _canned?.Message ?? First(request, context, static canned => canned.Message);

    // Asked for until there is a generation to answer from.
    private async Task<T> First<T>(NextBestOffersRequest request, ServerCallContext context, Func<Canned, Task<T>> pick)
    {
        DecisionAnswer answer = await decisions.NextBestOffers(request, context);
        byte[] bytes = AnswerEncoder.ToArray(answer);
        answer.Release();
        var canned = new Canned(Task.FromResult(bytes), Task.FromResult(NextBestOffersResponse.Parser.ParseFrom(bytes)));
        _canned = canned;
        return await pick(canned);
    }

    private sealed record Canned(Task<byte[]> Bytes, Task<NextBestOffersResponse> Message);
}
