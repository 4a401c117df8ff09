using System.Text.Json;
using System.Text.Json.Serialization;

namespace DecisionServer.Store;

/// <summary>What is written when a load begins, so that it can be taken up again.</summary>
internal sealed record LoadManifest(
    string Id, long ExpectedOfferSets, string Source, DateTimeOffset CreatedAt, long Erasures = 0, ulong ErasureStamp = 0, ShardSet? Shards = null)
{
    public const string FileName = "load.json";

    /// <summary>Who was erased up to there was erased before anything was loaded: sets of the same id are of somebody new.</summary>
    [JsonIgnore]
    public ErasurePosition Begun => new(Erasures, ErasureStamp);
}

/// <summary>What is written at seal: everything needed to verify and rebuild the generation.</summary>
internal sealed record Manifest
{
    public const string FileName = "manifest.json";

    public required string Id { get; init; }

    public required int Format { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset SealedAt { get; init; }

    public required GenerationCounts Counts { get; init; }

    public required IReadOnlyList<SegmentFile> Segments { get; init; }

    public required string ContentHash { get; init; }

    public required IReadOnlyList<Gate> Gates { get; init; }

    /// <summary>The most scored offers: the ladder's list for everybody where none is configured.</summary>
    public required IReadOnlyList<PopularOffer> Popular { get; init; }

    /// <summary>The shards whose members' sets are here. Null: those of all members.</summary>
    public ShardSet? Shards { get; init; }

    [JsonIgnore]
    public bool Passed => Gates.All(gate => gate.Passed);
}

/// <summary>An offer with its share of all scores, relative to the highest.</summary>
internal sealed record PopularOffer(int OfferIndex, float Score);

/// <summary>Which generations serve; written at each publish and roll back.</summary>
internal sealed record ServingPointer(long Number, string Current, string? Previous, DateTimeOffset PublishedAt);

/// <summary>The JSON of the store's files.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(LoadManifest))]
[JsonSerializable(typeof(Manifest))]
[JsonSerializable(typeof(ServingPointer))]
internal sealed partial class StoreJson : JsonSerializerContext;

/// <summary>The JSON of offers in segment files.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(List<OfferConfig>))]
internal sealed partial class OfferJson : JsonSerializerContext
{
    public static byte[] Write(List<OfferConfig> offers) => JsonSerializer.SerializeToUtf8Bytes(offers, Default.ListOfferConfig);

    public static List<OfferConfig> Read(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, Default.ListOfferConfig)!;
}
