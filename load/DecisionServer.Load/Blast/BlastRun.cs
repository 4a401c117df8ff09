using System.Diagnostics;
using DecisionServer.Load.Calls;

namespace DecisionServer.Load.Blast;

/// <summary>Runs a blast.</summary>
public static class BlastRun
{
    // Between connecting and the first call: the threads are up, and no connection is late.
    private const double LeadSeconds = 0.05;

    /// <summary>Runs it to its end.</summary>
    /// <param name="options">What to do.</param>
    /// <exception cref="Wire.WireException">The server cannot be reached, or does not speak HTTP/2.</exception>
    public static BlastResult Run(BlastOptions options)
    {
        int threads = Math.Clamp(options.Threads, 1, options.Connections);
        Func<int, ICallSource> sources = Sources(options);
        var window = BlastWindow.From(Stopwatch.GetTimestamp() + (long)(LeadSeconds * Stopwatch.Frequency), options);
        BlastWorker[] workers =
        [
            .. Enumerable.Range(0, threads).Select(thread =>
                new BlastWorker(options, sources(thread), Share(options.Connections, threads, thread), window, options.Rate / threads)),
        ];
        var faults = new Exception?[threads];
        Thread[] running = [.. workers.Select((worker, thread) => new Thread(() => Guarded(worker, ref faults[thread])) { Name = $"blast-{thread}" })];
        TimeSpan cpuBefore = Process.GetCurrentProcess().TotalProcessorTime;
        Array.ForEach(running, thread => thread.Start());
        Array.ForEach(running, thread => thread.Join());
        TimeSpan cpu = Process.GetCurrentProcess().TotalProcessorTime - cpuBefore;
        if (Array.Find(faults, fault => fault is not null) is { } first)
            throw first;

        var tally = new BlastTally();
        Array.ForEach(workers, worker => tally.Add(worker.Tally));
        return BlastResult.From(options, tally, cpu);
    }

    private static Func<int, ICallSource> Sources(BlastOptions options)
    {
        string? path = options.Method is { } method ? "/" + method.TrimStart('/') : null;
        CallDeadline? deadline = options.DeadlineMs > 0 ? new CallDeadline(options.DeadlineMs) : null;
        var sequence = new ActivateCalls.Sequence(options.Members);
        return thread =>
        {
            var members = new MemberIds(options.Members, (options.Seed * 1000) + thread);
            return options.Call switch
            {
                CallKind.Activate => new ActivateCalls(sequence, options.Offer, path ?? ActivateCalls.DefaultPath),
                CallKind.RankSearch => new RankSearchCalls(members, options.CatalogueOffers, options.Seed, path ?? RankSearchCalls.DefaultPath),
                _ => new NextBestOffersCalls(members, path ?? NextBestOffersCalls.DefaultPath, deadline),
            };
        };
    }

    private static int Share(int connections, int threads, int thread) => (connections / threads) + (thread < connections % threads ? 1 : 0);

    private static void Guarded(BlastWorker worker, ref Exception? fault)
    {
        try
        {
            worker.Run();
        }
        catch (Exception thrown)
        {
            fault = thrown;
        }
    }
}
