using System.Globalization;
using DecisionServer.Load.Blast;
using DecisionServer.Load.Calls;
using DecisionServer.Load.Wire;
using Grpc.Net.Client;
using NBomber;
using NBomber.Contracts;

namespace DecisionServer.Load.Running;

/// <summary>What a scenario finds when it is built: a server with a generation of <see cref="RunOptions.Members"/> published, and how to reach it.</summary>
internal sealed class ScenarioHost(RunOptions options, ServerUnderTest server, GeneratedWeek current, RunNotes notes) : IDisposable
{
    private const int MostProbes = 8;
    private const int ProbesWithoutGain = 3;
    private readonly List<IDisposable> _clients = [];
    private BlastResult? _maximum;

    public RunOptions Options => options;

    public ServerUnderTest Server => server;

    public GeneratedWeek Current => current;

    public RunNotes Notes => notes;

    public TimeSpan Phase => TimeSpan.FromSeconds(options.Seconds);

    /// <summary>A short warm-up; code that a probe has not warmed yet compiles in it.</summary>
    public static TimeSpan WarmUp => TimeSpan.FromSeconds(2);

    /// <summary>A client for as long as the scenario runs. What follows an await on it runs on its thread and must not block.</summary>
    public WireClient Client(int connections = 4, int streams = 100)
    {
        var client = new WireClient(server.Grpc, connections, streams, continueInline: true);
        _clients.Add(client);
        return client;
    }

    /// <summary>A whole gRPC client, for streams.</summary>
    public GrpcChannel Channel()
    {
        GrpcChannel channel = GrpcChannel.ForAddress(server.Grpc);
        _clients.Add(channel);
        return channel;
    }

    /// <summary>Random members.</summary>
    public MemberIds Members(int seed = 1) => new(options.Members, seed);

    /// <summary>
    /// Calls a second at which the server is busy all the time: short closed loops until they get no faster (code compiles, memory is touched),
    /// and the fastest of them. Measured once.
    /// </summary>
    public double Maximum(CallKind kind = CallKind.NextBestOffers)
    {
        if (_maximum is { } known)
            return known.CallsPerSecond;
        var probe = new BlastOptions
        {
            Server = server.Grpc,
            Call = kind,
            Members = options.Members,
            CatalogueOffers = GeneratedWeek.CatalogueOffers,
            Connections = 4,
            Streams = 32,
            Warmup = 0.5,
            Seconds = options.NoSpeed ? 0.5 : 2,
            Verify = 1000,
        };
        BlastResult best = BlastRun.Run(probe);
        for (int probes = 1, better = 0; !options.NoSpeed && probes < MostProbes && probes - better < ProbesWithoutGain; probes++)
        {
            BlastResult result = BlastRun.Run(probe with { Seed = probes });
            if (result.CallsPerSecond > best.CallsPerSecond * 1.05)
                better = probes;
            best = result.CallsPerSecond > best.CallsPerSecond ? result : best;
        }

        if (best.Calls == 0)
            throw new WireException($"the server answered none of the probe's calls: {string.Join("; ", best.Details)}");
        _maximum = best;
        notes.Fact("maximum (closed loop, 4 × 32 in flight, before the run)", string.Create(CultureInfo.InvariantCulture, $"{best.CallsPerSecond:N0} calls/s, p99 {best.P99Ms:0.00} ms"));
        return best.CallsPerSecond;
    }

    /// <summary>A share of the maximum, as a rate for an open loop; what a run without speed needs is little.</summary>
    public int Rate(double share, CallKind kind = CallKind.NextBestOffers)
    {
        double rate = share * Maximum(kind);
        return (int)Math.Max(10, options.NoSpeed ? Math.Min(rate, 500) : rate);
    }

    /// <summary>Thresholds on time, unless there shall be none.</summary>
    public Threshold[] Thresholds(Threshold[] always, params Threshold[] speed) => options.NoSpeed ? always : [.. always, .. speed];

    public void Dispose()
    {
        foreach (IDisposable client in _clients)
            client.Dispose();
    }
}
