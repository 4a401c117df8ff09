using System.CommandLine;
using DecisionServer.V1;

namespace DecisionServer.Loader;

/// <summary>The options of <c>load</c>, and the orders made of them.</summary>
internal sealed class LoadArguments
{
    private readonly Option<string> _generation = new("--generation") { Description = "Id of the new generation, 1 to 64 bytes." };
    private readonly Option<string> _offers = new("--offers") { Description = "The catalogue: .csv, .ndjson or .pb, with or without .gz; - is stdin." };
    private readonly Option<string> _offerSets = new("--offer-sets") { Description = "The offer sets: a file like --offers, or -." };
    private readonly Option<string> _affinities = new("--affinities") { Description = "Affinities in a file of their own: a file like --offers, or -." };
    private readonly Option<string> _format = new("--format") { Description = "csv, ndjson or pb: for stdin, and for files whose ending does not tell." };
    private readonly Option<int> _expectedSets = Number("--expected-sets", "Sets to come, about, where stdin does not tell; 0: unknown.", 0, 0, 1_000_000_000);
    private readonly Option<bool> _publish = new("--publish") { Description = "Make the generation current once its gates have passed." };
    private readonly Option<bool> _force = new("--force") { Description = "With --publish: although a gate failed. The server writes it to its audit log." };
    private readonly FleetArguments _fleet = new();
    private readonly Option<bool> _resume = new("--resume") { Description = "Take up a load that was cut. Same files, same --chunk-bytes, same --parallel." };
    private readonly Option<bool> _delta = new("--delta") { Description = "Replace single members' sets in the current generation instead of loading a new one." };
    private readonly Option<int> _maxErrors = Number("--max-errors", "Bad rows to leave out before the load stops.", 0, 0, int.MaxValue);
    private readonly Option<int> _parallel = Number("--parallel", "Streams to send over.", 2, 1, SendOptions.MaxParallel);
    private readonly Option<int> _chunkBytes = Number("--chunk-bytes", "Most bytes of a chunk.", ChunkSize.Default, ChunkSize.Least, ChunkSize.Most);
    private readonly Option<LoadPriority> _priority = new("--priority") { Description = "low: gives way to everything else on this machine (the server, mostly). normal: does not.", DefaultValueFactory = _ => LoadPriority.Low };
    private readonly Option<int> _retrySeconds = Number("--retry-seconds", "How long to try again after the server was lost.", 60, 0, 86_400);
    private readonly Option<double?> _minCoverage = new("--gate-min-coverage") { Description = "Share of the current generation's members that must be in the new one, 0 to 1." };
    private readonly Option<double?> _maxRejected = new("--gate-max-rejected") { Description = "Share of sets that may be refused, 0 to 1." };
    private readonly Option<double?> _minScore = new("--gate-min-score") { Description = "Lowest score allowed." };
    private readonly Option<double?> _maxScore = new("--gate-max-score") { Description = "Highest score allowed." };
    private readonly Option<double?> _maxDrift = new("--gate-max-drift") { Description = "How far the mean score may be from the current generation's, relative to it." };

    public void AddTo(Command command)
    {
        Option[] options =
        [
            _generation, _offers, _offerSets, _affinities, _format, _expectedSets, _publish, _force, _resume, _delta, _maxErrors, _parallel, _chunkBytes, _priority, _retrySeconds,
            _minCoverage, _maxRejected, _minScore, _maxScore, _maxDrift, .. _fleet.Options,
        ];
        foreach (var option in options) command.Options.Add(option);
    }

    public bool IsLowPriority(ParseResult parsed) => parsed.GetValue(_priority) == LoadPriority.Low;

    public bool IsDelta(ParseResult parsed) => parsed.GetValue(_delta);

    /// <exception cref="UsageException">The options do not go together, or name no files.</exception>
    public LoadOptions Load(ParseResult parsed)
    {
        if (parsed.GetValue(_force) && !parsed.GetValue(_publish)) throw new UsageException("--force is for --publish: give both, or use the command publish");
        var options = new LoadOptions
        {
            GenerationId = GenerationCommands.RequireId(parsed.GetValue(_generation) ?? throw Missing("--generation"), "--generation"),
            Offers = Input(parsed, _offers) ?? throw Missing("--offers"),
            OfferSets = Input(parsed, _offerSets) ?? throw Missing("--offer-sets"),
            Affinities = Input(parsed, _affinities),
            ExpectedSets = parsed.GetValue(_expectedSets) is > 0 and var sets ? sets : null,
            Publish = parsed.GetValue(_publish),
            Force = parsed.GetValue(_force),
            Quorum = _fleet.Quorum(parsed),
            Wait = _fleet.Wait(parsed),
            Resume = parsed.GetValue(_resume),
            MaxErrors = parsed.GetValue(_maxErrors),
            ChunkBytes = parsed.GetValue(_chunkBytes),
            Send = new SendOptions(parsed.GetValue(_parallel), TimeSpan.FromSeconds(parsed.GetValue(_retrySeconds))),
            Limits = Limits(parsed),
        };
        RequireOneStandardInput(options.Inputs);
        if (options.Resume && !options.CanRewind)
            throw new UsageException("--resume reads the inputs again from the beginning, which stdin does not allow: load from files, or drop the generation and load it again");
        return options;
    }

    /// <exception cref="UsageException">The options do not go together, or name no files.</exception>
    public DeltaOptions Delta(ParseResult parsed)
    {
        Option[] others = [_generation, _expectedSets, _publish, _force, _resume, _parallel, _chunkBytes, _minCoverage, _maxRejected, _minScore, _maxScore, _maxDrift, .. _fleet.Options];
        if (others.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } other)
            throw new UsageException($"{other.Name} does not go with --delta, which changes the current generation");
        var options = new DeltaOptions(
            Input(parsed, _offers), Input(parsed, _offerSets), Input(parsed, _affinities), parsed.GetValue(_maxErrors), TimeSpan.FromSeconds(parsed.GetValue(_retrySeconds)));
        InputSpec[] inputs = [.. new[] { options.Offers, options.OfferSets, options.Affinities }.OfType<InputSpec>()];
        if (inputs.Length == 0) throw new UsageException("load --delta: give --offer-sets, --affinities or --offers");
        RequireOneStandardInput(inputs);
        return options;
    }

    private InputSpec? Input(ParseResult parsed, Option<string> option)
        => parsed.GetValue(option) is { } path ? InputSpec.Create(path, parsed.GetValue(_format)) : null;

    private GateLimits? Limits(ParseResult parsed)
    {
        var limits = new GateLimits();
        if (Share(parsed, _minCoverage) is { } coverage) limits.MinCoverage = coverage;
        if (Share(parsed, _maxRejected) is { } rejected) limits.MaxRejected = rejected;
        if (Finite(parsed, _minScore) is { } low) limits.MinScore = low;
        if (Finite(parsed, _maxScore) is { } high) limits.MaxScore = high;
        if (Finite(parsed, _maxDrift) is { } drift) limits.MaxDrift = drift >= 0 ? drift : throw new UsageException($"{_maxDrift.Name}: {drift} is below 0");
        return limits.CalculateSize() > 0 ? limits : null;
    }

    private static double? Share(ParseResult parsed, Option<double?> option)
        => Finite(parsed, option) is { } value and (< 0 or > 1) ? throw new UsageException($"{option.Name}: {value} is not between 0 and 1") : Finite(parsed, option);

    private static double? Finite(ParseResult parsed, Option<double?> option)
        => parsed.GetValue(option) is { } value && !double.IsFinite(value) ? throw new UsageException($"{option.Name}: is not a finite number") : parsed.GetValue(option);

    private static void RequireOneStandardInput(IEnumerable<InputSpec> inputs)
    {
        if (inputs.Count(input => input.IsStandardInput) > 1) throw new UsageException("only one input can be stdin (-)");
    }

    private static UsageException Missing(string option) => new($"load: {option} is missing (load --delta changes the current generation instead)");

    internal static Option<int> Number(string name, string description, int fallback, int least, int most)
    {
        var range = most == int.MaxValue ? $"{least} or more" : $"{Text.Number(least)} to {Text.Number(most)}";
        var option = new Option<int>(name) { Description = $"{description} {range}, default {fallback}.", DefaultValueFactory = _ => fallback };
        option.Validators.Add(result =>
        {
            // What is no number at all has its own message.
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var value) && (value < least || value > most))
                result.AddError($"{name}: {value} is not {(most == int.MaxValue ? range : $"between {least} and {most}")}");
        });
        return option;
    }
}
