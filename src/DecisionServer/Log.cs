namespace DecisionServer;

/// <summary>Everything the host logs. Event ids 1000 to 1999. Mistakes of clients are Debug, refused load is a Warning at most once a second.</summary>
internal static partial class Log
{
    [LoggerMessage(1000, LogLevel.Information, "Listening for gRPC on {Grpc}, for HTTP on {Http}; node {Node}, data in {Directory}")]
    public static partial void Listening(ILogger logger, Uri grpc, Uri http, string node, string directory);

    [LoggerMessage(1001, LogLevel.Warning, "Clock:Now is set: every decision is made at {Now}, whatever the time really is")]
    public static partial void FixedClock(ILogger logger, DateTimeOffset now);

    [LoggerMessage(1002, LogLevel.Warning, "Listen:AllowInsecure is set: {Address} is open to other machines without authentication")]
    public static partial void Insecure(ILogger logger, Uri address);

    [LoggerMessage(1003, LogLevel.Information, "Told to stop: not ready any more, {Calls} calls and {Streams} streams in flight, {Seconds} s for them to end")]
    public static partial void Draining(ILogger logger, int calls, int streams, double seconds);

    [LoggerMessage(1004, LogLevel.Information, "Stopped, nothing in flight")]
    public static partial void Stopped(ILogger logger);

    [LoggerMessage(1005, LogLevel.Warning, "Stopped after {Seconds} s to drain: what was in flight still was cut off")]
    public static partial void CutOff(ILogger logger, double seconds);

    [LoggerMessage(1006, LogLevel.Warning, "Told to stop again: stopping at once")]
    public static partial void StoppedAtOnce(ILogger logger);

    [LoggerMessage(1007, LogLevel.Warning, "Overload: {Shed} calls were refused with RESOURCE_EXHAUSTED since the last such line")]
    public static partial void Shedding(ILogger logger, long shed);

    [LoggerMessage(1008, LogLevel.Information, "Metrics go to {Endpoint} by OTLP over {Protocol} every {Seconds} s")]
    public static partial void Exporting(ILogger logger, Uri endpoint, string protocol, double seconds);

    [LoggerMessage(1011, LogLevel.Debug, "A caller was gone before its call was answered: {Reason}")]
    public static partial void CutCall(ILogger logger, string reason);

    [LoggerMessage(1010, LogLevel.Critical, "The data directory cannot be read, the server stops")]
    public static partial void RecoveryFailed(ILogger logger, Exception fault);

    [LoggerMessage(1009, LogLevel.Information, "Ready: generation {Generation} is current")]
    public static partial void Ready(ILogger logger, string generation);

    [LoggerMessage(1020, LogLevel.Debug, "Decision {DecisionId} from generation {Generation}: {Placements} placements, locale \"{Locale}\"")]
    public static partial void Decided(ILogger logger, string decisionId, string generation, int placements, string locale);

    [LoggerMessage(1021, LogLevel.Debug, "Decision {DecisionId} from generation {Generation}: search \"{Query}\", {Candidates} candidates, degraded: {Degraded}")]
    public static partial void Ranked(ILogger logger, string decisionId, string generation, string query, int candidates, bool degraded);

    [LoggerMessage(1022, LogLevel.Critical, "{Count} offers could not be stored; the catalogue stays as it was")]
    public static partial void OffersNotStored(ILogger logger, Exception exception, int count);

    [LoggerMessage(1023, LogLevel.Error, "{Count} impressions counted by decisions will not be in the journal: it cannot be written, and {Limit} wait already")]
    public static partial void ImpressionsDropped(ILogger logger, long count, int limit);

    [LoggerMessage(1080, LogLevel.Information, "Generation '{Id}' has been fetched: {Mebibytes} MiB in {Seconds:0.0} s, loading included")]
    public static partial void Fetched(ILogger logger, string id, long mebibytes, double seconds);

    [LoggerMessage(1081, LogLevel.Warning, "Generation '{Id}': {Peer} sent what is damaged, nothing of it is used: {Fault}")]
    public static partial void DamagedFromPeer(ILogger logger, string id, Uri peer, string fault);

    [LoggerMessage(1082, LogLevel.Warning, "Generation '{Id}' cannot be taken from the shared directory: {Fault}")]
    public static partial void ShareFailed(ILogger logger, string id, string fault);

    [LoggerMessage(1083, LogLevel.Warning, "Generation '{Id}' cannot be put into the shared directory, or removed from it: {Fault}")]
    public static partial void NotShared(ILogger logger, string id, string fault);

    [LoggerMessage(1074, LogLevel.Warning, "What was put into generation {Generation} is not all here yet, it is tried again: {Reason}")]
    public static partial void PutsWait(ILogger logger, string generation, string reason);

    [LoggerMessage(1090, LogLevel.Information, "Shard map {Version}: {Shards} shards move to {Nodes} nodes, at {At}")]
    public static partial void ShardsMove(ILogger logger, long version, int shards, int nodes, string at);

    [LoggerMessage(1091, LogLevel.Critical, "Node:Shards is {Here} here, and the fleet's members are divided into {There}: this node stops. The number cannot be changed while a fleet lives")]
    public static partial void OtherShardCount(ILogger logger, int here, int there);

    [LoggerMessage(1040, LogLevel.Critical, "The end of \"{Act}\" of \"{Subject}\" ({Detail}) could not be noted in the journal")]
    public static partial void EndNotAudited(ILogger logger, Exception fault, string act, string subject, string detail);

    [LoggerMessage(1060, LogLevel.Critical, "Truth was replaced (epoch {Before}, now {Now}): what is in memory may be of a history that does not exist any more. The server stops; started again, it follows the new one")]
    public static partial void TruthReplaced(ILogger logger, string before, string now);

    [LoggerMessage(1061, LogLevel.Information, "Truth is heard again, followed up to change {Applied}")]
    public static partial void TruthHeard(ILogger logger, long applied);

    [LoggerMessage(1062, LogLevel.Warning, "Truth does not answer; decisions go on from what is here, and grow older: {Reason}")]
    public static partial void TruthSilent(ILogger logger, string reason);

    [LoggerMessage(1063, LogLevel.Warning, "The stream of news was of another epoch and has been replaced by one of {Epoch}. If this comes again, two fleets share one Fanout:Prefix")]
    public static partial void NewsReplaced(ILogger logger, string epoch);

    [LoggerMessage(1064, LogLevel.Information, "News flow again")]
    public static partial void NewsFlow(ILogger logger);

    [LoggerMessage(1065, LogLevel.Warning, "No news: {Reason}. What is new is read from truth with each heartbeat")]
    public static partial void NewsStopped(ILogger logger, string reason);

    [LoggerMessage(1066, LogLevel.Warning, "Generation {Generation} could not be fetched, it is tried again: {Reason}")]
    public static partial void NotFetched(ILogger logger, string generation, string reason);

    [LoggerMessage(1067, LogLevel.Warning, "Generation {Generation} is current in the fleet and not here yet; nothing is answered until it has been fetched")]
    public static partial void PublishWaits(ILogger logger, string generation);

    [LoggerMessage(1068, LogLevel.Error, "Generation {Generation} is current in the fleet and could not be made current here: {Reason}")]
    public static partial void PublishFailed(ILogger logger, string generation, string reason);

    [LoggerMessage(1069, LogLevel.Information, "Generation {Generation} becomes current on all nodes at {At}")]
    public static partial void Announced(ILogger logger, string generation, DateTimeOffset at);

    [LoggerMessage(1070, LogLevel.Warning, "Generation {Generation} was announced, but not every node has told that it answers from it: {Who}")]
    public static partial void PublishLate(ILogger logger, string generation, string who);

    [LoggerMessage(1071, LogLevel.Warning, "Generation {Generation}, which the fleet has dropped, stays here: {Reason}")]
    public static partial void NotDropped(ILogger logger, string generation, string reason);

    [LoggerMessage(1072, LogLevel.Warning, "Truth cannot be opened yet, it is tried again: {Reason}")]
    public static partial void TruthAwaited(ILogger logger, string reason);

    [LoggerMessage(1073, LogLevel.Information, "Joined the fleet as {Node} at {Address}: change {Applied}, {Others} other nodes live")]
    public static partial void Joined(ILogger logger, string node, Uri address, long applied, int others);
}
