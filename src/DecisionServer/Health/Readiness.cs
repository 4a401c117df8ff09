using DecisionServer.Fleet;
using DecisionServer.Fleet.Sharding;
using DecisionServer.Hosting;
using DecisionServer.Journal;

namespace DecisionServer.Health;

/// <summary>
/// Whether the server, or one service of it, can answer. The server as a whole ("" in the health service) serves from the moment it listens
/// until it drains; decisions also need a current generation, and so does /health/ready.
/// </summary>
internal sealed class Readiness(ServerLifecycle lifecycle, ICurrentGeneration generations, IJournal journal, FleetHealth? fleet = null, PublishFollower? follower = null, ShardAbsence? absence = null)
{
    private readonly Lock _changing = new();
    private TaskCompletionSource _changed = NewSignal();

    /// <summary>Whether the server listens and does not drain.</summary>
    public bool Serving => lifecycle.Phase == ServerPhase.Serving;

    /// <summary>Whether decisions are answered.</summary>
    public bool Deciding => Serving && generations.Id is not null && !IsBehind;

    /// <summary>Why decisions are not answered, in words; empty if they are.</summary>
    public string Obstacle => lifecycle.Phase switch
    {
        ServerPhase.Starting => "starting",
        ServerPhase.Draining => "draining",
        _ when generations.Id is null => "no generation is current: load and publish one",
        _ => IsBehind ? "another generation is current in the fleet, and not here yet" : "",
    };

    /// <summary>How old what serves may be, in words; empty while this node hears from truth, or is alone. No obstacle to readiness.</summary>
    public string Lag => fleet is { Silence.Length: > 0 } ? FormattableString.Invariant($"truth has not been heard for {fleet.Age.TotalSeconds:0.0} s: {fleet.Silence}") : "";

    /// <summary>Why writes are refused, in words; empty if they are not. Decisions go on without them, so this is no obstacle to readiness.</summary>
    public string WriteObstacle => Serving && journal.Health is { IsWritable: false } health ? health.Reason : "";

    /// <summary>Which members nobody serves, in words; empty where there are none. No obstacle to readiness: the others are.</summary>
    public string Absence => absence?.Describe() ?? "";

    /// <summary>Completes at the next change. Take it before reading what may change.</summary>
    public Task Changed
    {
        get
        {
            lock (_changing)
                return _changed.Task;
        }
    }

    /// <summary>Wakes whoever waits for <see cref="Changed"/>.</summary>
    public void Signal()
    {
        TaskCompletionSource old;
        lock (_changing)
            (old, _changed) = (_changed, NewSignal());
        old.SetResult();
    }

    private bool IsBehind => follower is { IsLate: true };

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
