namespace DecisionServer.Loader;

/// <summary>Tasks that are of use only together: the first that fails ends the others.</summary>
internal static class AllOrNone
{
    /// <summary>Waits for all of them, with the first failure if there is one.</summary>
    /// <param name="running">The tasks, which end when <paramref name="stop"/> says so.</param>
    /// <param name="stop">Ends them.</param>
    public static async Task WaitAsync(IEnumerable<Task> running, CancellationTokenSource stop)
    {
        var failed = default(Task);
        await foreach (var ended in Task.WhenEach(running).ConfigureAwait(false))
        {
            if (ended.IsCompletedSuccessfully) continue;
            failed ??= ended;
            await stop.CancelAsync().ConfigureAwait(false);
        }

        if (failed is not null) await failed.ConfigureAwait(false);
    }
}
