using DecisionServer.V1;
using Google.Protobuf;
using Grpc.Core;

namespace DecisionServer.Services.Decisions;

/// <summary>
/// Maps the methods of DecisionService as the generated code would, but for their answers: those are written straight from the decision
/// (<see cref="AnswerEncoder"/>) rather than from message objects.
/// </summary>
internal static class DecisionBinding
{
    private static readonly Marshaller<NextBestOffersRequest> NextBestOffersRequests = Requests(NextBestOffersRequest.Parser);
    private static readonly Marshaller<DecisionAnswer> Answers = new(AnswerEncoder.Serialize, static _ => throw new NotSupportedException("The server reads no answers."));

    public static void Bind(ServiceBinderBase binder, DecisionGrpcService service)
    {
        binder.AddMethod(
            new Method<NextBestOffersRequest, DecisionAnswer>(MethodType.Unary, Name, nameof(service.NextBestOffers), NextBestOffersRequests, Answers),
            service.NextBestOffers);
        binder.AddMethod(
            new Method<NextBestOffersRequest, DecisionAnswer>(MethodType.DuplexStreaming, Name, nameof(service.DecideStream), NextBestOffersRequests, Answers),
            service.DecideStream);
        binder.AddMethod(
            new Method<RankSearchRequest, RankSearchResponse>(MethodType.Unary, Name, nameof(service.RankSearch), Requests(RankSearchRequest.Parser), Responses<RankSearchResponse>()),
            service.RankSearch);
    }

    private static string Name => DecisionService.Descriptor.FullName;

    private static Marshaller<T> Requests<T>(MessageParser<T> parser)
        where T : IMessage<T> =>
        new(static (_, _) => throw new NotSupportedException("The server writes no requests."), context => parser.ParseFrom(context.PayloadAsReadOnlySequence()));

    private static Marshaller<T> Responses<T>()
        where T : IMessage<T> =>
        new(
            static (message, context) =>
            {
                context.SetPayloadLength(message.CalculateSize());
                message.WriteTo(context.GetBufferWriter());
                context.Complete();
            },
            static _ => throw new NotSupportedException("The server reads no answers."));
}
