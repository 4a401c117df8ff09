using System.CommandLine;
using System.Globalization;

namespace DecisionServer.Loader;

/// <summary><c>generate</c>: test data.</summary>
internal static class GenerateCommand
{
    public static Command Create(LoaderHost host)
    {
        var members = LoadArguments.Number("--members", "Members, each with one offer set.", 1_000, 1, GeneratorOptions.MaxMembers);
        var offers = LoadArguments.Number("--offers", "Offers of the catalogue.", 1_000, 1, OfferIdTable.MaxOffers);
        var setSize = LoadArguments.Number("--set-size", "Offers a set.", 35, 1, OfferSetRecord.MaxOffers);
        var affinities = LoadArguments.Number("--affinities", "Affinities a member.", 8, 0, OfferSetRecord.MaxAffinities);
        var seed = new Option<ulong>("--seed") { Description = "Beginning of the random sequence: the same seed gives the same files.", DefaultValueFactory = _ => 1 };
        var format = new Option<string>("--format") { Description = "csv, ndjson or pb.", DefaultValueFactory = _ => "csv" };
        var output = new Option<string>("--out") { Description = "Folder to write offers, offer_sets (and affinities for csv) into; - writes the offer sets alone to stdout.", Required = true };
        var start = new Option<string>("--start-date") { Description = "Day (2017-08-14) around which the offers are valid. Default: today (UTC)." };
        var gzip = new Option<bool>("--gzip") { Description = "Compress, endings get .gz." };
        var command = new Command("generate", "Writes a catalogue and offer sets of Zipf-like popularity.") { members, offers, setSize, affinities, seed, format, output, start, gzip };
        command.SetAction((parsed, cancellationToken) =>
        {
            if (!InputFormats.TryParse(parsed.GetValue(format)!, out var parsedFormat))
                throw new UsageException($"--format: '{parsed.GetValue(format)}' is unknown (use one of {InputFormats.Known})");
            var options = new GeneratorOptions(
                parsed.GetValue(members), parsed.GetValue(offers), parsed.GetValue(setSize), parsed.GetValue(affinities), parsed.GetValue(seed), Start(parsed.GetValue(start), host.Clock));
            if (options.SetSize > options.Offers) throw new UsageException($"--set-size: {options.SetSize} offers a set cannot be taken from --offers {options.Offers}");
            var generator = new Generator(options, parsedFormat, parsed.GetValue(gzip));
            Run(generator, parsed.GetValue(output)!, host, cancellationToken);
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }

    private static void Run(Generator generator, string output, LoaderHost host, CancellationToken cancellationToken)
    {
        if (output == InputSpec.StandardInput)
        {
            generator.WriteSets(host.StandardOutput, cancellationToken);
            return;
        }

        foreach (var (path, bytes) in generator.WriteFolder(output, cancellationToken)) host.Output.WriteLine($"{path}  {Text.Number(bytes)} bytes");
    }

    private static DateOnly Start(string? text, TimeProvider clock)
    {
        if (text is null) return DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        return DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is > 1 and < 9999
            ? day
            : throw new UsageException($"--start-date: '{text}' is not a day like 2017-08-14");
    }
}
