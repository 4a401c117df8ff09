namespace DecisionServer.Store;

/// <summary>
/// A thread for work that may wait: taking in chunks, sealing. It gives way to decisions (<see cref="SidePriority"/>), which the threads of the pool cannot:
/// they are decisions' own.
/// </summary>
public sealed class SideThread : IDisposable
{
    // Results are handed over by a thread of ordinary priority: whoever continues a task may start a thread of the pool, and it would inherit the low one.
    private static readonly SideQueue Results = new();
    private static readonly Lazy<Thread> Messenger = new(() => Start("side-results", Results, static () => { }));

    private readonly SideQueue _work = new(); // the thread disposes of it

    /// <summary>Starts a thread, which ends when it is disposed of and its work is done.</summary>
    public SideThread()
    {
        _ = Messenger.Value;
        Start("side-work", _work, SidePriority.Enter);
    }

    /// <summary>Runs something on a side thread of its own.</summary>
    public static async Task<TResult> RunAlone<TResult>(Func<TResult> work)
    {
        using var thread = new SideThread();
        return await thread.Run(work).ConfigureAwait(false);
    }

    /// <summary>Runs something on this thread, after what was given to it before. It must not start threads or tasks.</summary>
    public Task<TResult> Run<TResult>(Func<TResult> work)
    {
        var result = new TaskCompletionSource<TResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() => Results.Add(Outcome(work, result)));
        return result.Task;
    }

    /// <inheritdoc/>
    public void Dispose() => _work.Complete();

    private static Action Outcome<TResult>(Func<TResult> work, TaskCompletionSource<TResult> result)
    {
        try
        {
            TResult value = work();
            return () => result.SetResult(value);
        }
        catch (Exception fault)
        {
            return () => result.SetException(fault);
        }
    }

    private static Thread Start(string name, SideQueue work, Action begin)
    {
        var thread = new Thread(() =>
        {
            begin();
            using (work)
            {
                work.Run();
            }
        })
        {
            IsBackground = true,
            Name = name,
        };
        thread.UnsafeStart();
        return thread;
    }
}
