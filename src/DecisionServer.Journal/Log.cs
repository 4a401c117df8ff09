using Microsoft.Extensions.Logging;

namespace DecisionServer.Journal;

/// <summary>What the journal logs. Event ids 6000 to 6999.</summary>
internal static partial class Log
{
    [LoggerMessage(6000, LogLevel.Information, "Journal {Path} is open: {Commits} commits, {Actions} actions, {Erasures} erasures")]
    public static partial void Opened(ILogger logger, string path, long commits, long actions, long erasures);

    [LoggerMessage(6001, LogLevel.Information, "Journal {Path} is new")]
    public static partial void Created(ILogger logger, string path);

    [LoggerMessage(6002, LogLevel.Warning, "Journal {Path} is a backup put in place: it goes on from commit {Commits}")]
    public static partial void Restored(ILogger logger, string path, long commits);

    [LoggerMessage(6003, LogLevel.Information, "Journal {Path} is brought to form {Form}: {Name}")]
    public static partial void Migrated(ILogger logger, string path, long form, string name);

    [LoggerMessage(6004, LogLevel.Warning, "{Count} erasures were not in the database and are followed again")]
    public static partial void ErasedAgain(ILogger logger, long count);

    [LoggerMessage(6010, LogLevel.Critical, "The journal accepts no more writes until the server is restarted; decisions go on. {Reason}")]
    public static partial void Failed(ILogger logger, Exception cause, string reason);

    [LoggerMessage(6011, LogLevel.Critical, "The journal accepts no writes for lack of space; decisions go on. {Reason}")]
    public static partial void NoSpace(ILogger logger, string reason);

    [LoggerMessage(6012, LogLevel.Warning, "The journal has space again and accepts writes")]
    public static partial void SpaceAgain(ILogger logger);

    [LoggerMessage(6020, LogLevel.Information, "Bytes of {Count} erased members are gone from the journal's files (rewritten: {Rewritten})")]
    public static partial void Purged(ILogger logger, long count, bool rewritten);

    [LoggerMessage(6021, LogLevel.Error, "Bytes of erased members could not be removed from the journal's files yet: {Fault}")]
    public static partial void NotPurged(ILogger logger, string fault);

    [LoggerMessage(6040, LogLevel.Critical, "Change {Sequence} could not be applied; everything is handed over to serving anew")]
    public static partial void NotApplied(ILogger logger, Exception cause, long sequence);

    [LoggerMessage(6041, LogLevel.Error, "{Truth} cannot be reached: no writes, decisions go on. {Reason}")]
    public static partial void Unreachable(ILogger logger, string truth, string reason);

    [LoggerMessage(6042, LogLevel.Information, "{Truth} is reached: writes are accepted, its last commit is {Sequence}")]
    public static partial void Reached(ILogger logger, string truth, long sequence);

    [LoggerMessage(6043, LogLevel.Information, "Everything of {Truth} was handed over to serving, as of commit {Sequence} of epoch {Epoch}")]
    public static partial void Replayed(ILogger logger, string truth, long sequence, string epoch);

    [LoggerMessage(6044, LogLevel.Warning, "{Truth} was held up by another node's connection for too long; {Count} of them were closed")]
    public static partial void HeldUp(ILogger logger, string truth, long count);

    [LoggerMessage(6045, LogLevel.Critical, "{Truth} went back to commit {Sequence}, this node had followed it to {Applied}: it was restored, and gets a new epoch")]
    public static partial void WentBack(ILogger logger, string truth, long sequence, long applied);

    [LoggerMessage(6046, LogLevel.Warning, "Housekeeping in {Truth} is tried again later: {Reason}")]
    public static partial void NotTidied(ILogger logger, string truth, string reason);

    [LoggerMessage(6047, LogLevel.Warning, "{Truth} did not know of {Count} erasures that this node remembers: it was restored, and they are followed again")]
    public static partial void ErasedAgainInTruth(ILogger logger, string truth, int count);

    [LoggerMessage(6030, LogLevel.Information, "Backup of the journal written to {Path}: {Bytes} bytes")]
    public static partial void BackedUp(ILogger logger, string path, long bytes);
}
