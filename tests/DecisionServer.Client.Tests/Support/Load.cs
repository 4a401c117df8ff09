using System.Collections.Concurrent;
using Grpc.Core;

namespace DecisionServer.Client.Tests.Support;

/// <summary>Callers that ask one after the other until told to stop.</summary>
internal sealed class Load
{
    private readonly ConcurrentBag<RpcException> _failures = [];
    private volatile bool _stopped;
    private Task _callers = Task.CompletedTask;
    private long _answered;

    public long Answered => Volatile.Read(ref _answered);

    public static Load Start(DecisionServerClient client, int callers)
    {
        var load = new Load();
        load._callers = Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(() => load.Run(client, caller))));
        return load;
    }

    public async Task<IReadOnlyList<RpcException>> Stop()
    {
        _stopped = true;
        await _callers.WaitAsync(DecisionServer.Tests.Processes.Eventually.Bound);
        return [.. _failures];
    }

    private async Task Run(DecisionServerClient client, int caller)
    {
        for (int call = 0; !_stopped; call++)
        {
            try
            {
                await client.Decisions.NextBestOffersAsync(Clients.Ask(LoadedData.Member((caller * 61) + call)));
                Interlocked.Increment(ref _answered);
            }
            catch (RpcException failure)
            {
                _failures.Add(failure);
            }
        }
    }
}
