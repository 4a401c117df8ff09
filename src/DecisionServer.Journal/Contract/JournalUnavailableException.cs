namespace DecisionServer.Journal;

/// <summary>Truth cannot be written. gRPC: UNAVAILABLE with a retry hint.</summary>
/// <param name="reason">Why, in words.</param>
/// <param name="retryAfter">When to try again.</param>
/// <param name="cause">What went wrong beneath; null where a limit was reached.</param>
public sealed class JournalUnavailableException(string reason, TimeSpan retryAfter, Exception? cause = null) : Exception(reason, cause)
{
    /// <summary>When to try again, with the same idempotency key.</summary>
    public TimeSpan RetryAfter { get; } = retryAfter;
}
