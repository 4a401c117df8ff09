using System.Globalization;
using System.Text;

namespace DecisionServer.Store;

/// <summary>Makes the manifest of a load that has ended.</summary>
internal static class Sealing
{
    public const int Format = 1;

    public static Manifest Describe(
        LoadManifest load, IReadOnlyList<SegmentFile> segments, Statistics statistics, CatalogueSnapshot catalogue,
        OfferSetStore sets, SealRequest request, Generation? current, DateTimeOffset now)
    {
        GenerationCounts counts = statistics.ToCounts();
        return new Manifest
        {
            Id = load.Id,
            Format = Format,
            CreatedAt = load.CreatedAt,
            SealedAt = now,
            Counts = counts,
            Segments = segments,
            ContentHash = ContentHash(segments),
            Gates = Gates.Run(counts, sets, request, current, load.Shards),
            Popular = statistics.Popular(catalogue, LadderConfig.MaxGlobalOffers),
            Shards = load.Shards,
        };
    }

    /// <summary>Hash over all segments, hexadecimal.</summary>
    public static string ContentHash(IEnumerable<SegmentFile> segments) =>
        segments.Aggregate(0UL, (hash, segment) => XxHash64.Hash(Encoding.ASCII.GetBytes(segment.Hash), hash)).ToString("x16", CultureInfo.InvariantCulture);

    public static string DescribeFailure(Manifest manifest) =>
        "gates failed: " + string.Join("; ", manifest.Gates.Where(gate => !gate.Passed).Select(gate => $"{gate.Name} ({gate.Message})"));
}
