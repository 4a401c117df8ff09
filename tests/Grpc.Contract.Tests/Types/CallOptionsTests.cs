using Grpc.Core;

namespace Grpc.Contract.Tests.Types;

public class CallOptionsTests
{
    [Fact]
    public void With_EachOption_ChangesACopy()
    {
        using var cancellation = new CancellationTokenSource();
        var headers = new Metadata();
        var deadline = new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        var writeOptions = new WriteOptions(WriteFlags.BufferHint);
        var credentials = CallCredentials.FromInterceptor((_, _) => Task.CompletedTask);
        var empty = default(CallOptions);

        var full = empty.WithHeaders(headers).WithDeadline(deadline).WithCancellationToken(cancellation.Token).WithWriteOptions(writeOptions).WithCredentials(credentials).WithWaitForReady();

        Assert.Equal((headers, deadline, cancellation.Token), (full.Headers, full.Deadline, full.CancellationToken));
        Assert.Equal((writeOptions, credentials, true), (full.WriteOptions, full.Credentials, full.IsWaitForReady));
        Assert.False(full.WithWaitForReady(false).IsWaitForReady);
        Assert.Equal((null, null, false), (empty.Headers, empty.Deadline, empty.IsWaitForReady));
        Assert.Equal(full, new CallOptions(headers, deadline, cancellation.Token, writeOptions, null, credentials).WithWaitForReady());
    }
}
