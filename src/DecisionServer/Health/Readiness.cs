using DecisionServer.Hosting;
using DecisionServer.Journal;

namespace DecisionServer.Health;

/// <summary>
/// Whether the server, or one service of it, can answer. The server as a whole ("" in the health service) serves from the moment it listens
/// until it drains; decisions also need a current generation, and so does /health/ready.
/// </summary>
public sealed class Readiness(ServerLifecycle lifecycle, ICurrentGeneration generations, IJournal journal)
{
    private readonly Lock _changing = new();
    private TaskCompletionSource _changed = NewSignal();

    /// <summary>Whether the server listens and does not drain.</summary>
    public bool Serving => lifecycle.Phase == ServerPhase.Serving;

    /// <summary>Whether decisions are answered.</summary>
    public bool Deciding => Serving && generations.Id is not null;

    /// <summary>Why decisions are not answered, in words; empty if they are.</summary>
    public string Obstacle => lifecycle.Phase switch
    {
        ServerPhase.Starting => "starting",
        ServerPhase.Draining => "draining",
        _ => generations.Id is null ? "no generation is current: load and publish one" : "",
    };

    /// <summary>Why writes are refused, in words; empty if they are not. Decisions go on without them, so this is no obstacle to readiness.</summary>
    public string WriteObstacle => Serving && journal.Health is { IsWritable: false } health ? health.Reason : "";

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

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
