namespace DecisionServer.Journal;

/// <summary>Whether a journal accepts commands.</summary>
public enum JournalCondition
{
    /// <summary>Not opened yet, or closed.</summary>
    Closed = 0,

    /// <summary>Commands are accepted.</summary>
    Writable = 1,

    /// <summary>The reserve of free space is used up. Commands are accepted again, by itself, once there is space.</summary>
    NoSpace = 2,

    /// <summary>A commit failed. No command is accepted until the server is restarted: what the disk really holds shows only then.</summary>
    Failed = 3,

    /// <summary>Truth cannot be reached. Commands are accepted again, by itself, once it can.</summary>
    Unreachable = 4,
}

/// <summary>A journal's condition and the reason in words.</summary>
/// <param name="Condition">The condition.</param>
/// <param name="Reason">Why commands are not accepted; empty while they are.</param>
public sealed record JournalHealth(JournalCondition Condition, string Reason)
{
    /// <summary>Commands are accepted.</summary>
    public static JournalHealth Writable { get; } = new(JournalCondition.Writable, "");

    /// <summary>Not open.</summary>
    public static JournalHealth Closed { get; } = new(JournalCondition.Closed, "the journal is not open");

    /// <summary>Whether commands are accepted.</summary>
    public bool IsWritable => Condition == JournalCondition.Writable;
}
