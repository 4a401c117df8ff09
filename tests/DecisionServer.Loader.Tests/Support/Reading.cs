using System.Text;
using DecisionServer.V1;

namespace DecisionServer.Loader.Tests;

/// <summary>What a reader made of an input.</summary>
internal sealed record SetsRead(IReadOnlyList<OfferSet> Sets, IReadOnlyList<InputFault> Faults, long RefusedSets);

/// <summary>Runs readers over bytes, as fast as they want or in tiny pieces.</summary>
internal static class Reading
{
    public static readonly string[] Offers = ["O1", "O2", "O3", "A,B", "say \"hi\"", "two\nlines", "Käse"];

    public static OfferIdTable Table(params IEnumerable<string> ids)
    {
        var table = new OfferIdTable();
        foreach (var id in ids) table.TryAdd(Encoding.UTF8.GetBytes(id), out _);
        return table;
    }

    public static Task<SetsRead> SetsAsync(string text, InputFormat format = InputFormat.Csv, bool affinities = false, int pieces = int.MaxValue)
        => SetsAsync(Encoding.UTF8.GetBytes(text), format, affinities, pieces);

    public static Task<SetsRead> SetsAsync(byte[] content, InputFormat format = InputFormat.Csv, bool affinities = false, int pieces = int.MaxValue, OfferIdTable? table = null)
        => SetsAsync(new InputSpec(InputSpec.StandardInput, format), new PiecewiseStream(content, pieces), affinities, table ?? Table(Offers));

    public static Task<SetsRead> SetsAsync(string path, OfferIdTable table, bool affinities = false)
        => SetsAsync(InputSpec.Create(path, null), Stream.Null, affinities, table);

    public static async Task<(IReadOnlyList<Offer> Offers, IReadOnlyList<InputFault> Faults)> OffersAsync(InputSpec spec, Stream content, OfferIdTable? table = null)
    {
        var offers = new List<Offer>();
        var faults = new List<InputFault>();
        var source = await InputSource.OpenAsync(spec, content, CancellationToken.None);
        await using var reader = await OfferReader.CreateAsync(source, table ?? new OfferIdTable(), CancellationToken.None);
        while (reader.Read() is var step && step != ReadStep.End)
        {
            if (step == ReadStep.Record) offers.Add(reader.Offer);
            else if (step == ReadStep.Refused) faults.Add(reader.Fault!);
            else await reader.FillAsync(CancellationToken.None);
        }

        return (offers, faults);
    }

    public static Task<(IReadOnlyList<Offer> Offers, IReadOnlyList<InputFault> Faults)> OffersAsync(string text, InputFormat format = InputFormat.Csv)
        => OffersAsync(new InputSpec(InputSpec.StandardInput, format), new MemoryStream(Encoding.UTF8.GetBytes(text)));

    private static async Task<SetsRead> SetsAsync(InputSpec spec, Stream content, bool affinities, OfferIdTable table)
    {
        var sets = new List<OfferSet>();
        var faults = new List<InputFault>();
        var record = new OfferSetRecord();
        var source = await InputSource.OpenAsync(spec, content, CancellationToken.None);
        await using var reader = await OfferSetReader.CreateAsync(source, new OfferSetRules(table, openCatalogue: false), affinities, CancellationToken.None);
        while (reader.Read(record) is var step && step != ReadStep.End)
        {
            if (step == ReadStep.Record) sets.Add(OfferSetMessage.Create(record, table));
            else if (step == ReadStep.Refused) faults.Add(reader.Fault!);
            else await reader.FillAsync(CancellationToken.None);
        }

        return new(sets, faults, reader.RefusedSets);
    }
}
