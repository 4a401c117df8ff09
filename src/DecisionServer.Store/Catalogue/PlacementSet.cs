using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace DecisionServer.Store;

/// <summary>All placements by name: immutable, a change builds the next set.</summary>
public sealed class PlacementSet
{
    /// <summary>Most placements in all.</summary>
    public const int MaxPlacements = 1_000;

    /// <summary>Placement of requests that name none.</summary>
    public const string DefaultName = "default";

    /// <summary>Placement that holds the settings of search rankings.</summary>
    public const string SearchName = "search";

    private readonly FrozenDictionary<string, Placement> _byName;

    private PlacementSet(FrozenDictionary<string, Placement> byName)
    {
        _byName = byName;
        var all = byName.Values.ToArray();
        Array.Sort(all, (x, y) => Utf8OrdinalComparer.Instance.Compare(x.Name, y.Name));
        All = all;
        Unnamed = byName[DefaultName];
        Search = byName[SearchName];
    }

    /// <summary>The placements that exist before anything is configured; each can be replaced.</summary>
    public static PlacementSet Default { get; } = new(PlacementDefaults.All.Select(config => new Placement(config)).ToFrozenDictionary(p => p.Name));

    /// <summary>All placements, by name (UTF-8 order).</summary>
    public IReadOnlyList<Placement> All { get; }

    /// <summary>The placement <see cref="DefaultName"/>, for requests that name none; there always is one.</summary>
    public Placement Unnamed { get; }

    /// <summary>The placement <see cref="SearchName"/>; there always is one.</summary>
    public Placement Search { get; }

    /// <summary>The placement of a name.</summary>
    public bool TryGet(string name, [MaybeNullWhen(false)] out Placement placement) => _byName.TryGetValue(name, out placement);

    /// <summary>
    /// This set with some placements added or, where the name is known, replaced. They have passed <see cref="PlacementConfigValidator"/>.
    /// Throws <see cref="CatalogueException"/> where a name is there twice in <paramref name="changed"/> or there would be too many.
    /// </summary>
    public PlacementSet With(IReadOnlyList<PlacementConfig> changed, out int added, out int replaced)
    {
        var errors = new List<string>();
        var byName = new Dictionary<string, Placement>(_byName, StringComparer.Ordinal);
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < changed.Count; i++)
        {
            if (seen.TryAdd(changed[i].Name, i)) byName[changed[i].Name] = new Placement(changed[i]);
            else errors.Add($"placements[{i}].name: \"{changed[i].Name}\" is the name of placements[{seen[changed[i].Name]}] already");
        }

        if (byName.Count > MaxPlacements) errors.Add($"placements: there would be {byName.Count}, at most {MaxPlacements} are allowed");
        if (errors.Count > 0) throw new CatalogueException(errors);
        added = byName.Count - _byName.Count;
        replaced = changed.Count - added;
        return new PlacementSet(byName.ToFrozenDictionary(StringComparer.Ordinal));
    }
}
