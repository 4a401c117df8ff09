using System.Text.Json.Serialization;
using DecisionServer.Store;

namespace DecisionServer.Journal;

/// <summary>Documents as stored. Fields that a later version adds have their defaults when an earlier document is read.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(MemberRecord))]
[JsonSerializable(typeof(PlacementConfig))]
[JsonSerializable(typeof(IReadOnlyList<ScoredOfferConfig>))]
internal sealed partial class JournalJson : JsonSerializerContext;
