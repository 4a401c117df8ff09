using System.Buffers;
using DecisionServer.Benchmark.V1;
using DecisionServer.V1;
using Google.Protobuf;
using Grpc.Core;

namespace DecisionServer.BenchmarkServer;

/// <summary>Maps the canned methods as DecisionService's are: requests from the connection's memory, answers straight into it.</summary>
internal static class CannedBinding
{
    private static readonly Marshaller<NextBestOffersRequest> Requests = new(
        static (_, _) => throw new NotSupportedException("The server writes no requests."),
        static context => NextBestOffersRequest.Parser.ParseFrom(context.PayloadAsReadOnlySequence()));

    private static readonly Marshaller<byte[]> Bytes = new(
        static (bytes, context) =>
        {
            context.SetPayloadLength(bytes.Length);
            context.GetBufferWriter().Write(bytes);
            context.Complete();
        },
        static _ => throw new NotSupportedException("The server reads no answers."));

    private static readonly Marshaller<NextBestOffersResponse> Messages = new(
        static (message, context) =>
        {
            context.SetPayloadLength(message.CalculateSize());
            message.WriteTo(context.GetBufferWriter());
            context.Complete();
        },
        static _ => throw new NotSupportedException("The server reads no answers."));

    public static void Bind(ServiceBinderBase binder, CannedGrpcService service)
    {
        string name = CannedService.Descriptor.FullName;
        binder.AddMethod(new Method<NextBestOffersRequest, byte[]>(MethodType.Unary, name, nameof(service.NextBestOffers), Requests, Bytes), service.NextBestOffers);
        binder.AddMethod(
            new Method<NextBestOffersRequest, NextBestOffersResponse>(MethodType.Unary, name, nameof(service.NextBestOffersMessage), Requests, Messages),
            service.NextBestOffersMessage);
    }
}
