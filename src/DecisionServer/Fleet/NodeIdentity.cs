using System.Text.Json;
using DecisionServer.Fleet.Sharding;
using DecisionServer.Hosting;
using DecisionServer.Journal;
using DecisionServer.Options;
using DecisionServer.Store;

namespace DecisionServer.Fleet;

/// <summary>Who this node is, and what it tells others of itself.</summary>
internal sealed class NodeIdentity(ServerOptions options, KestrelSetup kestrel, ServerLifecycle lifecycle, GenerationRegistry registry, ShardOwnership? ownership = null)
{
    /// <summary>A new one with each start of the process.</summary>
    public Guid Incarnation { get; } = Guid.NewGuid();

    /// <summary>Its name.</summary>
    public string Name => options.NodeName;

    /// <summary>Where others reach it.</summary>
    public Uri Address => options.Fleet.Address ?? kestrel.GrpcAddress;

    /// <summary>What the registry is told with a heartbeat.</summary>
    public NodeRecord Record(long applied)
    {
        var generations = registry.List();
        var content = new NodeContent
        {
            Address = Address.GetLeftPart(UriPartial.Authority),
            State = lifecycle.Phase.ToString(),
            Current = generations.FirstOrDefault(info => info.State == GenerationState.Current)?.Id ?? "",
            Sealed = [.. generations.Where(info => IsComplete(info) && (ownership is null || ownership.IsEnough(info.Shards))).Select(info => info.Id)],
            Refused = [.. generations.Where(info => info.State == GenerationState.Failed && info.Gates.Count > 0).Select(info => info.Id)],
        };
        if (ownership?.Map is { } map)
        {
            content = content with
            {
                Holds = generations
                    .Where(info => info.State == GenerationState.Current || IsComplete(info))
                    .ToDictionary(info => info.Id, info => (info.Shards ?? ShardSet.All(map.Count)).Held, StringComparer.Ordinal),
            };
        }

        return new NodeRecord { Name = Name, Incarnation = Incarnation, Applied = applied, Content = JsonSerializer.Serialize(content, FleetJson.Default.NodeContent) };
    }

    /// <summary>Whether a generation could be made current, by force at least.</summary>
    public static bool IsComplete(GenerationInfo info) =>
        info.State is GenerationState.Sealed or GenerationState.Retired || (info.State == GenerationState.Failed && info.Gates.Count > 0);
}
