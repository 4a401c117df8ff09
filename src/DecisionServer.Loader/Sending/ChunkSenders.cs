namespace DecisionServer.Loader;

/// <summary>A sender for each server of a load.</summary>
internal sealed class ChunkSenders(IReadOnlyList<ChunkSender> senders) : IDisposable
{
    /// <summary>Hands a chunk over to the sender of its server.</summary>
    public ValueTask SendAsync(Chunk chunk, CancellationToken cancellationToken) => senders[chunk.Target].SendAsync(chunk, cancellationToken);

    /// <summary>No more chunks come.</summary>
    public void Complete()
    {
        foreach (var sender in senders) sender.Complete();
    }

    /// <summary>Sends until all chunks are acknowledged everywhere; where one server fails, nothing more is sent to the others.</summary>
    /// <param name="sessions">What each server gave.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(IReadOnlyList<LoadSession> sessions, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await AllOrNone.WaitAsync([.. senders.Select((sender, i) => sender.RunAsync(sessions[i], stop.Token))], stop).ConfigureAwait(false);
    }

    public void Dispose()
    {
        foreach (var sender in senders) sender.Dispose();
    }
}
