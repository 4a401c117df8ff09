using System.Text.Json;
using System.Text.Json.Serialization;

namespace DecisionServer.Store;

/// <summary>Caps as documents.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(CapRuleConfig))]
public sealed partial class CapRuleJson : JsonSerializerContext
{
    /// <summary>The document of a cap.</summary>
    public static string Write(CapRuleConfig rule) => JsonSerializer.Serialize(rule, Default.CapRuleConfig);

    /// <summary>The cap of a document.</summary>
    /// <exception cref="JsonException">It is not one.</exception>
    public static CapRuleConfig Read(string document) => JsonSerializer.Deserialize(document, Default.CapRuleConfig) ?? throw new JsonException("The document is null.");
}
