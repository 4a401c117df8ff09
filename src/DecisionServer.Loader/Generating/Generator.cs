using System.IO.Compression;
using System.Text;

namespace DecisionServer.Loader;

/// <summary>Writes a generated week: files in a folder, or the offer sets alone into a stream.</summary>
internal sealed class Generator(GeneratorOptions options, InputFormat format, bool gzip)
{
    /// <summary>Writes offers, offer sets and, for CSV, affinities into a folder; other formats have the affinities in the sets.</summary>
    /// <returns>The files, with their bytes.</returns>
    public IReadOnlyList<(string Path, long Bytes)> WriteFolder(string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var files = new List<string>();
        var offers = Open(folder, "offers", files);
        using (offers) OfferWriter.Write(format, offers, new CatalogueGenerator(options).Offers());
        var sets = Open(folder, "offer_sets", files);
        var separate = format == InputFormat.Csv && options.Affinities > 0;
        using (sets)
        {
            if (separate)
            {
                using var affinities = Open(folder, "affinities", files);
                WriteSets(sets, affinities, cancellationToken);
            }
            else
            {
                WriteSets(sets, null, cancellationToken);
            }
        }

        return [.. files.Select(file => (file, new FileInfo(file).Length))];
    }

    /// <summary>Writes the offer sets alone. In CSV the affinities are left out.</summary>
    public void WriteSets(Stream stream, CancellationToken cancellationToken)
    {
        if (!gzip)
        {
            WriteSets(stream, null, cancellationToken);
            return;
        }

        using var compressed = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true);
        WriteSets(compressed, null, cancellationToken);
    }

    private void WriteSets(Stream stream, Stream? affinityStream, CancellationToken cancellationToken)
    {
        byte[][] ids = [.. Enumerable.Range(0, options.Offers).Select(index => Encoding.UTF8.GetBytes(CatalogueGenerator.OfferId(index)))];
        var members = new MemberGenerator(options);
        var record = new OfferSetRecord();
        using var sets = SetWriter.Create(format, stream, ids);
        using var affinities = affinityStream is null ? null : new CsvAffinityWriter(affinityStream);
        if (format == InputFormat.Csv) sets.WriteRaw("member_id,offer_id,score\n"u8);
        affinities?.WriteRaw("member_id,kind,key,score\n"u8);
        for (var index = 0; index < options.Members; index++)
        {
            if (index % 4096 == 0) cancellationToken.ThrowIfCancellationRequested();
            members.Fill(index, record);
            sets.Write(record);
            affinities?.Write(record);
        }
    }

    private Stream Open(string folder, string name, List<string> files)
    {
        var path = Path.Combine(folder, $"{name}.{format.Name()}{(gzip ? ".gz" : "")}");
        files.Add(path);
        var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 64 * 1024);
        return gzip ? new GZipStream(file, CompressionLevel.Fastest) : file;
    }
}
