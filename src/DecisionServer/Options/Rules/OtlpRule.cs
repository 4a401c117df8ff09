namespace DecisionServer.Options.Rules;

/// <summary>The collector is given by its base address; the path of the signal is ours to add.</summary>
internal sealed class OtlpRule : IOptionRule
{
    public ServerOptions Apply(ServerOptions options, ICollection<string> errors)
    {
        if (options.Otlp.Endpoint is { } endpoint && endpoint.PathAndQuery.EndsWith("/v1/metrics", StringComparison.Ordinal))
            errors.Add($"Otlp:Endpoint: \"{endpoint}\" must not hold the path of the signal; leave out /v1/metrics");
        return options;
    }
}
