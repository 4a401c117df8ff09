using System.Net.Sockets;
using Npgsql;

namespace DecisionServer.Journal;

/// <summary>Tells apart what PostgreSQL and the link to it do.</summary>
internal static class PostgresFault
{
    /// <summary>What a commit found was not so any more: raised by the statements of <see cref="CommitStatements"/>.</summary>
    public const string Conflict = PostgresErrorCodes.SerializationFailure;

    /// <summary>Serving is behind by more than a commit brings along.</summary>
    public const string Behind = "DS001";

    /// <summary>Another node was faster, or two stood in each other's way: undone, and to be run again.</summary>
    public static bool IsConflict(Exception e) =>
        e is PostgresException { SqlState: Conflict or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.UniqueViolation };

    public static bool IsBehind(Exception e) => e is PostgresException { SqlState: Behind };

    /// <summary>Somebody holds a row for longer than anybody may.</summary>
    public static bool IsHeldUp(Exception e) => e is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable };

    /// <summary>From PostgreSQL or from the link.</summary>
    public static bool IsOfTruth(Exception e) => e is NpgsqlException or SocketException or IOException or TimeoutException;

    /// <summary>PostgreSQL has said that the statement is undone. Anything else, during a commit, leaves open whether it happened.</summary>
    public static bool IsUndone(Exception e) => e is PostgresException { Severity: "ERROR" };

    /// <summary>In words, without values of rows.</summary>
    public static string Describe(Exception e) => e switch
    {
        PostgresException postgres => $"{postgres.MessageText} (SQLSTATE {postgres.SqlState})",
        { InnerException: { } inner } when e.Message.Contains("inner exception", StringComparison.OrdinalIgnoreCase) => Describe(inner),
        { InnerException: { } inner } => $"{e.Message} ({inner.Message})",
        _ => e.Message,
    };
}
