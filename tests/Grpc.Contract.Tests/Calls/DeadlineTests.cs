using Grpc.Contract.Tests.Protos;
using Grpc.Core;

namespace Grpc.Contract.Tests.Calls;

public class DeadlineTests
{
    [Fact]
    public async Task UnaryAsync_DeadlinePasses_EndsWithDeadlineExceededOnBothSides()
    {
        await using var server = await ContractServer.StartAsync();
        var serverCancelled = new TaskCompletionSource();
        server.Service.OnUnary = async (request, context) =>
        {
            await context.CancellationToken.Cancelled();
            serverCancelled.SetResult();
            return request;
        };

        var error = await Assert.ThrowsAsync<RpcException>(async () => await server.Client.UnaryAsync(new Note(), deadline: DateTime.UtcNow.AddMilliseconds(200)));

        Assert.Equal(StatusCode.DeadlineExceeded, error.StatusCode);
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
