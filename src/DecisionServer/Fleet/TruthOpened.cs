namespace DecisionServer.Fleet;

/// <summary>Tells when truth has been opened and handed over: before that there is no place to follow from.</summary>
internal sealed class TruthOpened
{
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>It has.</summary>
    public void Open() => _opened.TrySetResult();

    /// <summary>Waits for it. False: told to stop before.</summary>
    public async Task<bool> WaitAsync(CancellationToken stop)
    {
        try
        {
            await _opened.Task.WaitAsync(stop);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
