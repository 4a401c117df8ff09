using Grpc.Contract.Tests.Protos;
using Grpc.Core;

namespace Grpc.Contract.Tests.Calls;

/// <summary>A service whose handlers each test sets; without that they return what they get.</summary>
internal sealed class NoteService : ContractTest.ContractTestBase
{
    public UnaryServerMethod<Note, Note> OnUnary { get; set; } = (request, _) => Task.FromResult(request);

    public ServerStreamingServerMethod<Note, Note> OnServerStreaming { get; set; } = async (request, responses, _) =>
    {
        for (var i = 0; i < request.Count; i++)
            await responses.WriteAsync(new Note { Text = request.Text, Count = i });
    };

    public ClientStreamingServerMethod<Note, Note> OnClientStreaming { get; set; } = async (requests, _) =>
    {
        var sum = 0;
        await foreach (var request in requests.ReadAllAsync())
            sum += request.Count;

        return new Note { Text = "sum", Count = sum };
    };

    public DuplexStreamingServerMethod<Note, Note> OnDuplex { get; set; } = async (requests, responses, _) =>
    {
        await foreach (var request in requests.ReadAllAsync())
            await responses.WriteAsync(request);
    };

    public override Task<Note> Unary(Note request, ServerCallContext context) => OnUnary(request, context);

    public override Task ServerStreaming(Note request, IServerStreamWriter<Note> responseStream, ServerCallContext context) =>
        OnServerStreaming(request, responseStream, context);

    public override Task<Note> ClientStreaming(IAsyncStreamReader<Note> requestStream, ServerCallContext context) =>
        OnClientStreaming(requestStream, context);

    public override Task Duplex(IAsyncStreamReader<Note> requestStream, IServerStreamWriter<Note> responseStream, ServerCallContext context) =>
        OnDuplex(requestStream, responseStream, context);
}
