using System.Globalization;
using System.Text.Json;
using DecisionServer.Fleet.Sharding;
using DecisionServer.Journal;

namespace DecisionServer.Fleet;

/// <summary>What the fleet has agreed upon, as far as this node has followed truth. Replaced as a whole; may be read from any thread.</summary>
internal sealed class FleetFacts
{
    /// <summary>Kind of facts with one document for each sealed generation, by its id.</summary>
    public const string Generations = "generation";

    /// <summary>Kind of the one fact that names the current generation.</summary>
    public const string Publishing = "publishing";

    /// <summary>Name of that fact.</summary>
    public const string Current = "current";

    /// <summary>Kind of facts with the number of a generation's catalogue, by the generation's id: how often offers were put into it. Absent: never.</summary>
    public const string Catalogues = "catalogue";

    /// <summary>Kind of the one fact that says which node owns which shard.</summary>
    public const string Sharding = "sharding";

    /// <summary>Name of that fact.</summary>
    public const string Map = "map";

    private readonly Lock _gate = new();
    private volatile Snapshot _snapshot = Snapshot.Empty;

    /// <summary>Raised after they have changed, in the order of truth: must not block and must not throw.</summary>
    public event Action<Snapshot>? Changed;

    /// <summary>What is agreed now.</summary>
    public Snapshot Now => _snapshot;

    /// <summary>Takes over all facts.</summary>
    public void Replace(IEnumerable<FactRecord> facts)
    {
        var next = Snapshot.Empty;
        foreach (var fact in facts) next = next.With(fact.Kind, new NamedDocument(fact.Name, fact.Content));
        Become(next);
    }

    /// <summary>Takes over facts of one kind that were put.</summary>
    public void Put(string kind, IReadOnlyList<NamedDocument> facts)
    {
        lock (_gate) Become(facts.Aggregate(_snapshot, (snapshot, fact) => snapshot.With(kind, fact)));
    }

    private void Become(Snapshot next)
    {
        lock (_gate)
        {
            _snapshot = next;
            Changed?.Invoke(next);
        }
    }

    /// <summary>The fact that names the current generation, as a transaction has it. Null: nothing was ever published.</summary>
    public static CurrentFact? ReadCurrent(IJournalTransaction transaction) =>
        transaction.GetFact(Publishing, Current) is { } fact ? JsonSerializer.Deserialize(fact.Content, FleetJson.Default.CurrentFact) : null;

    /// <summary>Number of a generation's catalogue, as a transaction has it.</summary>
    public static long ReadCatalogue(IJournalTransaction transaction, string generationId) =>
        transaction.GetFact(Catalogues, generationId) is { } fact ? long.Parse(fact.Content, CultureInfo.InvariantCulture) : 0;

    /// <summary>The document of a fact.</summary>
    public static NamedDocument Write(string generationId, long catalogue) => new(generationId, catalogue.ToString(CultureInfo.InvariantCulture));

    /// <summary>The shard map, as a transaction has it. Null: there is none yet.</summary>
    public static ShardMap? ReadShards(IJournalTransaction transaction) =>
        transaction.GetFact(Sharding, Map) is { } fact ? JsonSerializer.Deserialize(fact.Content, FleetJson.Default.ShardMap) : null;

    /// <summary>The document of a fact.</summary>
    public static NamedDocument Write(ShardMap map) => new(Map, JsonSerializer.Serialize(map, FleetJson.Default.ShardMap));

    /// <summary>The document of a fact.</summary>
    public static NamedDocument Write(CurrentFact fact) => new(Current, JsonSerializer.Serialize(fact, FleetJson.Default.CurrentFact));

    /// <summary>The document of a fact.</summary>
    public static NamedDocument Write(string generationId, SealedFact fact) => new(generationId, JsonSerializer.Serialize(fact, FleetJson.Default.SealedFact));

    /// <summary>All facts of one moment.</summary>
    /// <param name="Published">What is current; null: nothing was ever published.</param>
    /// <param name="Sealed">Sealed generations by id, published ones included.</param>
    /// <param name="Shards">Which node owns which shard; null: the fleet is not sharded, or nobody has said yet.</param>
    internal sealed record Snapshot(CurrentFact? Published, IReadOnlyDictionary<string, SealedFact> Sealed, ShardMap? Shards = null)
    {
        public static Snapshot Empty { get; } = new(null, new Dictionary<string, SealedFact>(StringComparer.Ordinal));

        /// <summary>The same with one fact put. Kinds of later versions are left alone.</summary>
        public Snapshot With(string kind, NamedDocument document)
        {
            switch (kind)
            {
                case Publishing when document.Name == Current:
                    return this with { Published = document.Content.Length == 0 ? null : JsonSerializer.Deserialize(document.Content, FleetJson.Default.CurrentFact) };
                case Generations:
                    var known = new Dictionary<string, SealedFact>(Sealed, StringComparer.Ordinal);
                    if (document.Content.Length == 0) known.Remove(document.Name);
                    else known[document.Name] = JsonSerializer.Deserialize(document.Content, FleetJson.Default.SealedFact)!;
                    return this with { Sealed = known };
                case Sharding when document.Name == Map:
                    return this with { Shards = document.Content.Length == 0 ? null : JsonSerializer.Deserialize(document.Content, FleetJson.Default.ShardMap) };
                default:
                    return this;
            }
        }
    }
}
