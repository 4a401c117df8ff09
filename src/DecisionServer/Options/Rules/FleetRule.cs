using DecisionServer.Fanout;

namespace DecisionServer.Options.Rules;

/// <summary>News are of a truth that nodes share; and times of a fleet must fit each other, or a node could answer from what is no longer current.</summary>
internal sealed class FleetRule : IOptionRule
{
    // What may lie between the moment a publish computes its instant and the moment it is committed.
    private static readonly TimeSpan CommitTime = TimeSpan.FromSeconds(0.5);

    // Connection strings may hold passwords, so they are not repeated.
    public ServerOptions Apply(ServerOptions options, ICollection<string> errors)
    {
        var fleet = options.Fleet;
        if (options.FanoutRedis.Length > 0 && options.JournalPostgres.Length == 0)
            errors.Add("Fanout:Redis: carries news between nodes that share their truth; set Journal:Postgres, too, or leave it empty");
        if (fleet.Shards > 0 && options.JournalPostgres.Length == 0)
            errors.Add("Node:Shards: divides members between nodes that share their truth; set Journal:Postgres, too, or leave it empty");
        if (options.FanoutRedis.Length > 0) options = options with { Redis = RedisSettings.Read(options.FanoutRedis, errors) };
        if (options.JournalPostgres.Length == 0) return options;
        CheckPostgres(options, errors);
        if (options.ClockNow is not null)
            errors.Add("Clock:Now: cannot be fixed where nodes agree on instants; leave it empty, or leave Journal:Postgres empty");
        if (fleet.Notice < fleet.Lease + CommitTime)
            errors.Add($"Fleet:NoticeSeconds: must be longer than Fleet:LeaseSeconds ({fleet.Lease.TotalSeconds:0.###}) by {CommitTime.TotalSeconds} at least");
        if (fleet.Silence + fleet.Beat + fleet.Beat > fleet.Lease)
            errors.Add("Fleet:LeaseSeconds: must be at least Fleet:SilenceSeconds and two of Fleet:HeartbeatSeconds, or decisions wait whenever truth is slow once");
        if (fleet.Dead < fleet.Lease + fleet.Beat)
            errors.Add($"Fleet:LostSeconds: must be longer than Fleet:LeaseSeconds ({fleet.Lease.TotalSeconds:0.###}) and a heartbeat, or a node is given up while it answers");
        if (fleet.Address is { } address && (address.PathAndQuery != "/" || address.UserInfo.Length > 0 || address.Port == 0))
            errors.Add($"Node:Address: \"{address.OriginalString}\" is not of the form http://host:port or https://host:port");
        return options;
    }

    private static void CheckPostgres(ServerOptions options, ICollection<string> errors)
    {
        try
        {
            options.Postgres.Validate();
        }
        catch (ArgumentException e)
        {
            errors.Add($"{(e.ParamName == nameof(options.Postgres.Schema) ? "Journal:Schema" : "Journal:Postgres")}: {e.Message}");
        }
    }
}
