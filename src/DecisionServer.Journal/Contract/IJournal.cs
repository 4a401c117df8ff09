namespace DecisionServer.Journal;

/// <summary>
/// Truth: what must never be lost. One writer runs commands one after the other, many in one commit; a command is acknowledged once it is durable
/// and serving follows it. All members may be called from any thread.
/// </summary>
public interface IJournal : IAsyncDisposable
{
    /// <summary>Whether commands are accepted now, and if not, why.</summary>
    JournalHealth Health { get; }

    /// <summary>Counts, for metrics.</summary>
    JournalStatistics Statistics { get; }

    /// <summary>Raised after <see cref="Health"/> has changed, on the thread that changed it: must not block and must not throw.</summary>
    event Action<JournalHealth>? HealthChanged;

    /// <summary>Opens what is stored, or makes it where there never was anything, and checks all of it. Call it once, before anything else.</summary>
    /// <exception cref="JournalDamagedException">Something is missing or not as it was written; nothing was changed. The message names the file, the fault and the remedy.</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    /// <exception cref="JournalUnavailableException">Truth cannot be reached now; this may be called again.</exception>
    void Open();

    /// <summary>Hands over everything that serving needs, streamed. Commands are accepted from then on. Call it once, after <see cref="Open"/>.</summary>
    /// <exception cref="JournalDamagedException">A row is not as it was written.</exception>
    /// <exception cref="JournalUnavailableException">Truth cannot be reached now; this may be called again.</exception>
    void Replay(IJournalVisitor visitor);

    /// <summary>
    /// Runs a command. Completes after its effects are durable and <see cref="IJournalCommand{TResult}.Apply"/> has returned.
    /// An exception of <see cref="IJournalCommand{TResult}.Execute"/> undoes what it did, hurts no other command, and comes out here.
    /// </summary>
    /// <exception cref="JournalUnavailableException">Not accepted, or the commit failed: then it is open whether the command took effect; the same idempotency key tells.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before it ran; nothing was changed.</exception>
    Task<TResult> Write<TResult>(IJournalCommand<TResult> command, CancellationToken cancellation);

    /// <summary>Writes a consistent copy as one file, while commands go on. The file is whole or not there.</summary>
    /// <param name="path">Full path of a file that does not exist, in a folder that does.</param>
    /// <param name="cancellation">Gives up; nothing is left behind.</param>
    /// <exception cref="IOException">The file exists or cannot be written.</exception>
    /// <exception cref="JournalUnavailableException">The journal is not open.</exception>
    /// <exception cref="BackupElsewhereException">This journal is backed up by other means.</exception>
    Task Backup(string path, CancellationToken cancellation);
}
