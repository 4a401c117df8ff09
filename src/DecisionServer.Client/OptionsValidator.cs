using Microsoft.Extensions.Options;

namespace DecisionServer.Client;

/// <summary>Finds every fault of the options at once.</summary>
internal sealed class OptionsValidator : IValidateOptions<DecisionServerClientOptions>
{
    public ValidateOptionsResult Validate(string? name, DecisionServerClientOptions options)
    {
        string[] faults = [.. Faults(options)];
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    public static IEnumerable<string> Faults(DecisionServerClientOptions options)
    {
        if (options.Endpoints.Count == 0)
        {
            yield return "Endpoints: give the address of at least one server, for example http://127.0.0.1:7070";
        }

        foreach (Uri endpoint in options.Endpoints)
        {
            if (!endpoint.IsAbsoluteUri || (endpoint.Scheme != Uri.UriSchemeHttp && endpoint.Scheme != Uri.UriSchemeHttps))
            {
                yield return $"Endpoints: '{endpoint}' is not an address like http://127.0.0.1:7070";
            }
        }

        foreach ((string option, TimeSpan? value) in ((string, TimeSpan?)[])
        [
            (nameof(options.Deadline), options.Deadline), (nameof(options.LongDeadline), options.LongDeadline),
            (nameof(options.FleetInterval), options.FleetInterval), (nameof(options.HedgeAfter), options.HedgeAfter),
        ])
        {
            if (value <= TimeSpan.Zero)
            {
                yield return $"{option}: is {value}, it must be more than 0";
            }
        }

        if (options.Attempts is < 1 or > 10)
        {
            yield return $"{nameof(options.Attempts)}: is {options.Attempts}, it must be 1 to 10";
        }

        if (options.RetryRatio is not (>= 0 and <= 1))
        {
            yield return $"{nameof(options.RetryRatio)}: is {options.RetryRatio}, it must be 0 to 1";
        }

        if (options.RetryBurst < 0)
        {
            yield return $"{nameof(options.RetryBurst)}: is {options.RetryBurst}, it must be 0 or more";
        }
    }
}
