using DecisionServer.Loader;
using DecisionServer.Services;
using DecisionServer.Store;

namespace DecisionServer.Benchmarks;

/// <summary>The week that the loader's <c>generate</c> writes, without the files between: the same catalogue, members and sets.</summary>
internal sealed class GeneratedWeek(int members, int affinities = 0, int offers = 2_000)
{
    /// <summary>Offers a set.</summary>
    public const int SetSize = 35;

    // What the loader sends in one message.
    private const int ChunkBytes = 60_000;

    private readonly GeneratorOptions _options =
        new(members, offers, SetSize, affinities, 1, DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime));

    /// <summary>The id of a member, as the loader generates them.</summary>
    public static string MemberId(int index)
    {
        Span<byte> digits = stackalloc byte[8];
        MemberGenerator.WriteDigits(digits, index);
        return "M" + System.Text.Encoding.ASCII.GetString(digits);
    }

    /// <summary>Loads, seals and publishes it, by the code that a load over gRPC runs.</summary>
    public void PublishTo(GenerationRegistry registry, string generationId)
    {
        string token = registry.Begin(generationId, members, resume: false, "generated").Token;
        Store.LoadSession session = registry.Load(generationId, token);
        session.LoadOffers(token, Catalogue());
        ulong sequence = 0;
        foreach (ReadOnlyMemory<byte> chunk in Chunks()) session.Store(token, "all", ++sequence, chunk.Span, ChunkForm.Compact);
        registry.Seal(generationId, token, new SealRequest { OfferSets = members, MaxRejected = 0, MinCoverage = 0 });
        registry.Publish(generationId, force: false);
    }

    /// <summary>Writes the files of a format; returns the path of the sets'.</summary>
    public string Write(InputFormat format, string folder)
    {
        new Generator(_options, format, gzip: false).WriteFolder(folder, CancellationToken.None);
        return Path.Combine(folder, $"offer_sets.{format.Name()}");
    }

    /// <summary>Writes the files of the protobuf format; returns the path of the sets'.</summary>
    public string WriteProtobuf(string folder) => Write(InputFormat.Protobuf, folder);

    /// <summary>The ids of the catalogue, as the loader looks them up.</summary>
    public OfferIdTable OfferIds()
    {
        var ids = new OfferIdTable();
        for (var i = 0; i < offers; i++) ids.TryAdd(System.Text.Encoding.UTF8.GetBytes(CatalogueGenerator.OfferId(i)), out _);
        return ids;
    }

    private OfferConfig[] Catalogue()
    {
        var faults = new List<string>();
        OfferConfig[] catalogue = [.. new CatalogueGenerator(_options).Offers().Select(offer => OfferMapping.ToConfig(offer, faults))];
        return faults.Count == 0 ? catalogue : throw new InvalidOperationException(faults[0]);
    }

    private IEnumerable<ReadOnlyMemory<byte>> Chunks()
    {
        var generator = new MemberGenerator(_options);
        var record = new OfferSetRecord();
        var chunk = new byte[ChunkBytes];
        var length = 0;
        for (var index = 0; index < members; index++)
        {
            generator.Fill(index, record);
            if (length + record.PackedLength > chunk.Length)
            {
                yield return chunk.AsMemory(0, length);
                length = 0;
            }

            length += record.Pack(chunk.AsSpan(length));
        }

        yield return chunk.AsMemory(0, length);
    }
}
