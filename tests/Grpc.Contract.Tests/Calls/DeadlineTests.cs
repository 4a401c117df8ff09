using Grpc.Contract.Tests.Protos;
using Grpc.Core;

namespace Grpc.Contract.Tests.Calls;

public class DeadlineTests
{
    [Fact]
    public async Task UnaryAsync_DeadlinePasses_EndsWithDeadlineExceededOnBothSides()
    {
        await using var server = await ContractServer.StartAsync();
        var reached = false;
        var serverCancelled = new TaskCompletionSource();
        server.Service.OnUnary = async (request, context) =>
        {
            Volatile.Write(ref reached, true);
            await context.CancellationToken.Cancelled();
            serverCancelled.TrySetResult();
            return request;
        };

        // On a busy machine a deadline may pass before the call has reached the server, which then never hears of it: try a longer one.
        for (var milliseconds = 200; !Volatile.Read(ref reached) && milliseconds < 20_000; milliseconds *= 2)
        {
            var error = await Assert.ThrowsAsync<RpcException>(
                async () => await server.Client.UnaryAsync(new Note(), deadline: DateTime.UtcNow.AddMilliseconds(milliseconds)));
            Assert.Equal(StatusCode.DeadlineExceeded, error.StatusCode);
        }

        await serverCancelled.Task.Happens();
    }

    [Fact]
    public async Task Unary_DeadlineSet_ReachesTheHandler()
    {
        await using var server = await ContractServer.StartAsync();
        var deadline = DateTime.UtcNow.AddMinutes(10);
        DateTime seen = default;
        server.Service.OnUnary = (request, context) =>
        {
            seen = context.Deadline;
            return Task.FromResult(request);
        };

        await server.Client.UnaryAsync(new Note(), deadline: deadline);

        // What travels is the time that is left, so the two differ by the way.
        Assert.InRange(seen, deadline.AddMinutes(-1), deadline.AddMinutes(1));
        Assert.Equal(DateTimeKind.Utc, seen.Kind);
    }

    [Fact]
    public async Task Unary_NoDeadline_IsMaxValue()
    {
        await using var server = await ContractServer.StartAsync();
        var seen = DateTime.MinValue;
        server.Service.OnUnary = (request, context) =>
        {
            seen = context.Deadline;
            return Task.FromResult(request);
        };

        await server.Client.UnaryAsync(new Note());

        Assert.Equal(DateTime.MaxValue, seen);
    }
}
