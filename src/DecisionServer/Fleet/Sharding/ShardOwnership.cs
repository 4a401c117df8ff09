using DecisionServer.Options;
using DecisionServer.Store;

namespace DecisionServer.Fleet.Sharding;

/// <summary>What this node owns, as far as it has followed truth: keeps <see cref="Serving.Shards"/>, which decisions look at, to it.</summary>
internal sealed class ShardOwnership : IDisposable
{
    private readonly FleetFacts _facts;
    private readonly TruthClock _truth;
    private readonly Serving _serving;
    private readonly string _node;
    private readonly ITimer _instant;
    private readonly Lock _gate = new();

    public ShardOwnership(FleetFacts facts, TruthClock truth, Serving serving, ServerOptions options, TimeProvider clock)
    {
        (_facts, _truth, _serving, _node) = (facts, truth, serving, options.NodeName);
        _instant = clock.CreateTimer(_ => Follow(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        facts.Changed += Follow;
    }

    /// <summary>The map. Null: there is none yet.</summary>
    public ShardMap? Map => _facts.Now.Shards;

    /// <summary>Truth's clock, which instants of the map are told by.</summary>
    public DateTimeOffset Now => _truth.Now;

    /// <summary>The shards that this node owns. Null: there is no map yet.</summary>
    public ShardSet? Owned => Map?.OwnedBy(_node, Now);

    /// <summary>The shards whose sets this node must have. Null: there is no map yet.</summary>
    public ShardSet? Wanted => Map?.WantedBy(_node, Now);

    /// <summary>Whether sets of these shards (null: of all) are all that this node must have of a generation. Not before there is a map.</summary>
    public bool IsEnough(ShardSet? held) => Wanted is { Held.Count: > 0 } wanted && (held is null || wanted.Without(held).Held.Count == 0);

    /// <summary>The node that owns a member. Null: there is no map yet.</summary>
    public string? OwnerOf(in MemberKey member) => Map is { } map ? map.OwnersAt(Now)[Shards.Of(member, map.Count)] : null;

    /// <summary>Truth's clock is known and truth has been followed to its end once: from here on the map can be read.</summary>
    public void Join() => Follow();

    public void Dispose()
    {
        _facts.Changed -= Follow;
        _instant.Dispose();
    }

    // In the order of truth, and once more at the instant of a change, which may be the same moment: what was read last is what holds.
    private void Follow()
    {
        lock (_gate)
        {
            if (Map is not { } map || _truth.Skew == TimeSpan.MaxValue)
            {
                return;
            }

            var now = Now;
            _serving.PutShards(map.AnsweredBy(_node, now));
            if (map.At is { } at && map.IsChanging(now))
            {
                _instant.Change(at - now + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void Follow(FleetFacts.Snapshot agreed) => Follow();
}
