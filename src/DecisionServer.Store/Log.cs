using Microsoft.Extensions.Logging;

namespace DecisionServer.Store;

/// <summary>What the store logs. Event ids 3000 to 3999.</summary>
internal static partial class Log
{
    [LoggerMessage(3000, LogLevel.Information, "Serving generation '{Current}', '{Previous}' to roll back to.")]
    public static partial void Recovered(ILogger logger, string current, string previous);

    [LoggerMessage(3001, LogLevel.Error, "Generation '{Id}' is damaged and does not serve: {Fault}")]
    public static partial void GenerationDamaged(ILogger logger, string id, string fault);

    [LoggerMessage(3002, LogLevel.Error, "Generation '{Damaged}' was current but does not serve; '{Serving}', the one before it, serves.")]
    public static partial void PreviousServes(ILogger logger, string damaged, string serving);

    [LoggerMessage(3003, LogLevel.Error, "A note of which generation is current is damaged, the other one is used: {Fault}")]
    public static partial void PointerDamaged(ILogger logger, string fault);

    [LoggerMessage(3004, LogLevel.Information, "Generation '{Id}' is let go of ({Mebibytes} MiB of memory) to make room; a roll back reads it from its files.")]
    public static partial void LetGo(ILogger logger, string id, long mebibytes);

    [LoggerMessage(3005, LogLevel.Warning, "What was put into generation '{Id}' here is not of the truth that this node follows; it is read from there, and what was here is put aside as {Path}")]
    public static partial void ChangesPutAside(ILogger logger, string id, string path);

    [LoggerMessage(3006, LogLevel.Error, "Generation '{Id}' does not note any more what is put into it; it is in memory, and the next start reads it from truth: {Fault}")]
    public static partial void ChangesNotKept(ILogger logger, string id, string fault);

    [LoggerMessage(3010, LogLevel.Information, "Load of generation '{Id}' begun (resumed: {Resumed}).")]
    public static partial void LoadBegun(ILogger logger, string id, bool resumed);

    [LoggerMessage(3011, LogLevel.Warning, "Load of generation '{Id}' has failed: {Reason}")]
    public static partial void LoadFailed(ILogger logger, string id, string reason);

    [LoggerMessage(3012, LogLevel.Information, "Generation '{Id}' is {State} with {OfferSets} offer sets. {Failure}")]
    public static partial void Sealed(ILogger logger, string id, GenerationState state, long offerSets, string failure);

    [LoggerMessage(3013, LogLevel.Information, "Generation '{Id}' is current, '{Previous}' was.")]
    public static partial void Published(ILogger logger, string id, string previous);

    [LoggerMessage(3014, LogLevel.Warning, "Generation '{Id}' is published by force although {Failure}")]
    public static partial void PublishedByForce(ILogger logger, string id, string failure);

    [LoggerMessage(3015, LogLevel.Warning, "Rolled back to generation '{Id}', '{Previous}' was current.")]
    public static partial void RolledBack(ILogger logger, string id, string previous);

    [LoggerMessage(3017, LogLevel.Information, "Generation '{Id}' has come from elsewhere: {State}, {OfferSets} offer sets.")]
    public static partial void Imported(ILogger logger, string id, GenerationState state, long offerSets);

    [LoggerMessage(3018, LogLevel.Information, "Generation '{Id}' has further shards: {Shards}, {OfferSets} offer sets.")]
    public static partial void Extended(ILogger logger, string id, string shards, long offerSets);

    [LoggerMessage(3016, LogLevel.Information, "Generation '{Id}' is dropped.")]
    public static partial void Dropped(ILogger logger, string id);
}
