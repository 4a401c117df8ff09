using Grpc.Contract.Tests.Protos;
using Grpc.Core;

namespace Grpc.Contract.Tests.Calls;

/// <summary>A service that binds itself: the server takes the nearest <see cref="BindServiceMethodAttribute"/>, so this one wins over the generated one.</summary>
[BindServiceMethod(typeof(StrictNoteService), nameof(Bind))]
internal sealed class StrictNoteService : ContractTest.ContractTestBase
{
    public static void Bind(ServiceBinderBase binder, ContractTest.ContractTestBase service) => ContractTest.BindService(new StrictServiceBinder(binder), service);

    public override Task<Note> Unary(Note request, ServerCallContext context) => Task.FromResult(request);

    public override async Task<Note> ClientStreaming(IAsyncStreamReader<Note> requestStream, ServerCallContext context) =>
        await requestStream.ReadAllAsync(context.CancellationToken).LastAsync(context.CancellationToken);
}
