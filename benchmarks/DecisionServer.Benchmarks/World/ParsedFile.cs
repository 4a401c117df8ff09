using DecisionServer.Loader;

namespace DecisionServer.Benchmarks;

/// <summary>A file of offer sets, held in memory, and the loader's reader over it.</summary>
internal sealed class ParsedFile
{
    private readonly InputSpec _spec;
    private readonly OfferSetRules _rules;
    private readonly OfferSetRecord _record = new();
    private readonly byte[] _content;

    public ParsedFile(string format, int sets)
    {
        if (!InputFormats.TryParse(format, out var parsed)) throw new ArgumentException($"'{format}' is no format.", nameof(format));
        var week = new GeneratedWeek(sets);
        using var folder = new TemporaryFolder();
        _content = File.ReadAllBytes(week.Write(parsed, folder.Path));
        _spec = new InputSpec(InputSpec.StandardInput, parsed);
        _rules = new OfferSetRules(week.OfferIds(), openCatalogue: false);
    }

    /// <summary>Reads all sets, on this thread; the bytes of their packed form.</summary>
    public long Parse()
    {
        // Memory is never waited for: what is allocated, this thread allocates.
        var parsing = ParseAsync();
        return parsing.IsCompleted ? parsing.GetAwaiter().GetResult() : throw new InvalidOperationException("Parsing has left the thread.");
    }

    private async ValueTask<long> ParseAsync()
    {
        var packed = 0L;
        var source = await InputSource.OpenAsync(_spec, new MemoryStream(_content), CancellationToken.None);
        await using var reader = await OfferSetReader.CreateAsync(source, _rules, affinitiesOnly: false, CancellationToken.None);
        while (true)
        {
            switch (reader.Read(_record))
            {
                case ReadStep.Record:
                    packed += _record.PackedLength;
                    break;
                case ReadStep.Refused:
                    throw new InvalidOperationException(reader.Fault!.ToString());
                case ReadStep.NeedMore:
                    await reader.FillAsync(CancellationToken.None);
                    break;
                default:
                    return packed;
            }
        }
    }
}
