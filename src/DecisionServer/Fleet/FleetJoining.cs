using DecisionServer.Fleet.Puts;
using DecisionServer.Fleet.Sharding;
using DecisionServer.Journal;
using DecisionServer.Options;

namespace DecisionServer.Fleet;

/// <summary>
/// How a node becomes part of its fleet: it hears from truth, follows what was published and put meanwhile, and fetches what other nodes have and it lacks. Only then it is ready.
/// </summary>
internal sealed class FleetJoining(
    ISharedJournal journal, TruthOpened opened, Heartbeat heartbeat, PublishFollower follower, GenerationFetcher fetcher, PutFollower puts, NodeDirectory nodes, NodeIdentity identity, ServingLease lease,
    FleetOptions options, TimeProvider clock, ILogger<FleetJoining> logger, ShardOwnership? ownership = null)
{
    /// <summary>Which truth this node follows.</summary>
    public string Truth => journal.Epoch;

    /// <summary>Before anything of this node can answer.</summary>
    public void Begin() => lease.Require();

    /// <summary>Joins. Takes as long as truth is silent, or as generations take to come.</summary>
    public async Task JoinAsync(CancellationToken stop)
    {
        await HearAsync(stop);
        ownership?.Join();
        follower.Join();
        opened.Open();
        while (true)
        {
            var seen = nodes.NextSeen;
            if (follower.IsUpToDate && !fetcher.Lacks && puts.IsUpToDate) break;
            await seen.WaitAsync(stop);
        }

        Log.Joined(logger, identity.Name, identity.Address, journal.Applied, nodes.Members.Count(member => member.IsLive && member.Node.Name != identity.Name));
    }

    private async Task HearAsync(CancellationToken stop)
    {
        while (true)
        {
            try
            {
                await heartbeat.BeatAsync(stop);
                return;
            }
            catch (JournalUnavailableException e)
            {
                Log.TruthAwaited(logger, e.Message);
                await Task.Delay(options.Beat, clock, stop);
            }
        }
    }
}
