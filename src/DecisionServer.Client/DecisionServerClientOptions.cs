namespace DecisionServer.Client;

/// <summary>How a client calls a server or a fleet.</summary>
public sealed class DecisionServerClientOptions
{
    /// <summary>Addresses of gRPC listeners, <c>http://10.0.0.1:7070</c>; at least one. Nodes of one fleet, or a load balancer before them.</summary>
    public IList<Uri> Endpoints { get; } = [];

    /// <summary>How long a read, or a write with an idempotency key, may take with all its attempts, where the caller gives no deadline.</summary>
    public TimeSpan Deadline { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>The same for calls that take their time and are never repeated: sealing, publishing, backups.</summary>
    public TimeSpan LongDeadline { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>Attempts at most, the first one included, 1 to 10. 1: nothing is tried again.</summary>
    public int Attempts { get; set; } = 3;

    /// <summary>Share of calls that may be tried again in the long run, 0 to 1: what keeps a struggling fleet from being asked twice as much.</summary>
    public double RetryRatio { get; set; } = 0.1;

    /// <summary>Attempts beyond that share that have been saved up at most, 0 or more.</summary>
    public int RetryBurst { get; set; } = 20;

    /// <summary>
    /// After which time without an answer a read is sent to a second endpoint, too; the first answer counts. Null: never. Counts as an attempt.
    /// A placement that counts impressions with the decision counts both.
    /// </summary>
    public TimeSpan? HedgeAfter { get; set; }

    /// <summary>Watch the health service of each endpoint, and avoid those that say they do not serve or are stopping. Of no use behind a load balancer.</summary>
    public bool WatchHealth { get; set; } = true;

    /// <summary>
    /// Ask which node owns which members, and call owners directly, at the addresses that the fleet tells; follow redirects to them. Switch it off where
    /// these cannot be reached from here.
    /// </summary>
    public bool FollowFleet { get; set; } = true;

    /// <summary>How often that is asked. A redirect asks at once.</summary>
    public TimeSpan FleetInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Last hand on the connections' handler: certificates, proxies. Null: nothing.</summary>
    public Action<SocketsHttpHandler>? ConfigureHandler { get; set; }
}
