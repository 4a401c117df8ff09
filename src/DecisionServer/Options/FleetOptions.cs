namespace DecisionServer.Options;

/// <summary>Sections <c>Fleet</c> and <c>Fanout</c>, and what <c>Node</c> says beyond its name. Without <c>Journal:Postgres</c> there is no fleet and none of it matters.</summary>
public sealed record FleetOptions
{
    /// <summary><c>Node:Address</c>: where other nodes reach this one's gRPC; null: where it listens.</summary>
    public Uri? Address { get; init; }

    /// <summary><c>Node:Shards</c>: shards that the fleet's members are divided into, the same on all nodes for good; 0: every node serves all members.</summary>
    public int Shards { get; init; }

    /// <summary><c>Fleet:HeartbeatSeconds</c>: time between two heartbeats.</summary>
    public TimeSpan Beat { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary><c>Fleet:LeaseSeconds</c>: how long a node answers without having heard from truth, or having found that it cannot.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary><c>Fleet:NoticeSeconds</c>: how long before its instant a publish is announced; longer than a lease by what a commit may take.</summary>
    public TimeSpan Notice { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary><c>Fleet:SilenceSeconds</c>: how long truth must have failed to answer before the node goes on without it.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary><c>Fleet:LostSeconds</c>: a node not heard of for this long is not waited for.</summary>
    public TimeSpan Dead { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary><c>Fleet:SharedDirectory</c>: a folder that all nodes reach and that generations are taken from first; empty: none.</summary>
    public string SharedDirectory { get; init; } = "";

    /// <summary><c>Journal:Schema</c>: the schema of truth's tables in PostgreSQL; one fleet, one schema.</summary>
    public string Schema { get; init; } = "decisionserver";

    /// <summary><c>Fanout:PollSeconds</c>: how long news may take where the doorbell is not heard.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary><c>Fanout:Prefix</c>: what keys in Redis begin with; one fleet, one prefix.</summary>
    public string Prefix { get; init; } = "decisionserver";
}
