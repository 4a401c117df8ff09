namespace DecisionServer.Options.Rules;

/// <summary>Options of the contract that this version cannot honour are refused, never ignored.</summary>
internal sealed class NotSupportedYetRule : IOptionRule
{
    // The values may hold passwords, so they are not repeated.
    public ServerOptions Apply(ServerOptions options, ICollection<string> errors)
    {
        if (options.JournalPostgres.Length > 0)
            errors.Add("Journal:Postgres: is not supported yet; leave it empty");
        if (options.FanoutRedis.Length > 0)
            errors.Add("Fanout:Redis: is not supported yet, this version runs as a single node; leave it empty");
        return options;
    }
}
