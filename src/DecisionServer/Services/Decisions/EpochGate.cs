using DecisionServer.Store;
using Grpc.Core;

namespace DecisionServer.Services.Decisions;

/// <summary>Honours <c>min_availability_epoch</c>: waits until it has been applied, but not longer than the call has time.</summary>
internal sealed class EpochGate(AvailabilityStore availability, TimeSpan longestWait)
{
    /// <summary>Whether a decision can be made at once.</summary>
    public bool IsOpen(ulong epoch) => epoch <= availability.Epoch;

    /// <summary>The refusal in a sentence.</summary>
    public string Describe(ulong epoch) =>
        FormattableString.Invariant($"min_availability_epoch: {epoch} has not been reached in time, availability is at epoch {availability.Epoch}");

    /// <summary>Waits for an epoch. False: the time was up.</summary>
    /// <exception cref="OperationCanceledException">The caller has gone, or its deadline has passed.</exception>
    public async ValueTask<bool> TryWaitAsync(ulong epoch, ServerCallContext context)
    {
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        wait.CancelAfter(Patience(context.Deadline));
        try
        {
            await availability.WaitForEpoch(epoch, wait.Token);
            return true;
        }
        catch (OperationCanceledException) when (!context.CancellationToken.IsCancellationRequested)
        {
            return IsOpen(epoch);
        }
    }

    // Nine tenths of what is left, so that the refusal still reaches the caller.
    private TimeSpan Patience(DateTime deadline) => Deadlines.Left(deadline) is { } left ? left * 0.9 : longestWait;
}
