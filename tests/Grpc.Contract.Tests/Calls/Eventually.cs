namespace Grpc.Contract.Tests.Calls;

internal static class Eventually
{
    /// <summary>Long enough for any machine; reached only by a test that fails.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Waits for something that must happen, without waiting forever if it does not.</summary>
    public static Task Happens(this Task task) => task.WaitAsync(Limit);

    /// <inheritdoc cref="Happens(Task)"/>
    public static Task<T> Happens<T>(this Task<T> task) => task.WaitAsync(Limit);

    /// <summary>Completes when the token is cancelled.</summary>
    public static Task Cancelled(this CancellationToken token)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        token.Register(cancelled.SetResult);
        return cancelled.Task;
    }
}
