using System.Globalization;
using System.Text;

namespace DecisionServer.Store;

/// <summary>Makes the manifest of a load that has ended.</summary>
internal static class Sealing
{
    private const int Format = 1;

    public static Manifest Describe(
        LoadManifest load, IReadOnlyList<SegmentFile> segments, Statistics statistics, CatalogueSnapshot catalogue,
        OfferSetStore sets, SealRequest request, Generation? current, DateTimeOffset now)
    {
        GenerationCounts counts = statistics.ToCounts();
        ulong hash = segments.Aggregate(0UL, (hash, segment) => XxHash64.Hash(Encoding.ASCII.GetBytes(segment.Hash), hash));
        return new Manifest
        {
            Id = load.Id,
            Format = Format,
            CreatedAt = load.CreatedAt,
            SealedAt = now,
            Counts = counts,
            Segments = segments,
            ContentHash = hash.ToString("x16", CultureInfo.InvariantCulture),
            Gates = Gates.Run(counts, sets, request, current),
            Popular = statistics.Popular(catalogue, LadderConfig.MaxGlobalOffers),
        };
    }

    public static string DescribeFailure(Manifest manifest) =>
        "gates failed: " + string.Join("; ", manifest.Gates.Where(gate => !gate.Passed).Select(gate => $"{gate.Name} ({gate.Message})"));
}
