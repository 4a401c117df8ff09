namespace DecisionServer.Journal;

/// <summary>A command on its way through the writer.</summary>
internal abstract class QueuedCommand
{
    /// <summary>Whether there is nothing to run any more: its caller has an answer, or has gone, which ends it here.</summary>
    public abstract bool IsOver();

    public abstract void Execute(IJournalTransaction transaction);

    public abstract void Apply();

    public abstract void Complete();

    public abstract void Fail(Exception fault);
}

/// <inheritdoc/>
internal sealed class QueuedCommand<TResult>(IJournalCommand<TResult> command, CancellationToken cancellation) : QueuedCommand
{
    // Callers go on elsewhere: the writer's thread is the journal's.
    private readonly TaskCompletionSource<TResult> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TResult _result = default!;

    public Task<TResult> Task => _completion.Task;

    public override bool IsOver() => Task.IsCompleted || (cancellation.IsCancellationRequested && _completion.TrySetCanceled(cancellation));

    public override void Execute(IJournalTransaction transaction) => _result = command.Execute(transaction);

    public override void Apply() => command.Apply(_result);

    public override void Complete() => _completion.TrySetResult(_result);

    public override void Fail(Exception fault) => _completion.TrySetException(fault);
}
