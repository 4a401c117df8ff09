using System.Globalization;
using DecisionServer.Load.Blast;
using DecisionServer.Load.Calls;
using DecisionServer.Load.Measuring;
using DecisionServer.Load.Wire;
using Grpc.Net.Client;
using NBomber;
using NBomber.Contracts;

namespace DecisionServer.Load.Running;

/// <summary>What a scenario finds when it is built: a server with a generation of <see cref="RunOptions.Members"/> published, and how to reach it.</summary>
internal sealed class ScenarioHost(RunOptions options, ServerUnderTest server, GeneratedWeek current, RunNotes notes) : IDisposable
{
    private const int ClosedInFlight = 128;
    private const int OpenStreams = 100;
    private readonly List<IDisposable> _clients = [];
    private double? _maximum;

    public RunOptions Options => options;

    public ServerUnderTest Server => server;

    public GeneratedWeek Current => current;

    public RunNotes Notes => notes;

    /// <summary>The phases of the run, where the scenario has some.</summary>
    public Phases? Phases { get; set; }

    /// <summary>The slowest calls of the measured time, of all clients.</summary>
    public IEnumerable<SlowCall> Slowest => _clients.OfType<WireClient>().SelectMany(client => client.Slowest.Since(notes.StartedAt));

    public TimeSpan Phase => TimeSpan.FromSeconds(options.Seconds);

    /// <summary>A short warm-up; code that a probe has not warmed yet compiles in it.</summary>
    public static TimeSpan WarmUp => TimeSpan.FromSeconds(2);

    /// <summary>A client for as long as the scenario runs, for a scenario that is <see cref="Pumped.ServedBy"/> it. What follows an await on it must not block.</summary>
    public WireClient Client(int connections = 4, int streams = OpenStreams) => Client(new CallShape(connections), streams);

    /// <summary>The same for calls of a shape; their deadline is their source's.</summary>
    public WireClient Client(CallShape shape, int streams = OpenStreams)
    {
        var client = Pumped.Client(server.Grpc, shape.Connections, streams, shape.Bunch);
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

    /// <summary>The highest rate of an open loop that the server keeps up with (<see cref="CapacitySearch"/>), calls a second. Measured once, before the run.</summary>
    public double Maximum(CallKind kind = CallKind.NextBestOffers, CallShape? shape = null)
    {
        if (_maximum is { } known)
            return known;
        shape ??= CallShape.Usual;
        int seed = 0;
        var search = new CapacitySearch(rate => BlastRun.Run(Probe(kind, shape, rate, ++seed)));
        BlastResult closed = options.NoSpeed ? BlastRun.Run(Probe(kind, shape, rate: 0, seed)) : search.ClosedLoop();
        if (closed.Calls == 0)
            throw new WireException($"the server answered none of the probe's calls: {string.Join("; ", closed.Details)}");
        notes.Fact($"closed loop before the run ({shape.Connections} × {ClosedInFlight / shape.Connections} in flight)", string.Create(CultureInfo.InvariantCulture, $"{closed.CallsPerSecond:N0} calls/s, p99 {closed.P99Ms:0.00} ms"));
        if (options.NoSpeed)
            return (_maximum = closed.CallsPerSecond).Value;
        BlastResult open = search.OpenLoop(closed.CallsPerSecond) ?? throw new WireException("the server kept up with no rate that was tried; does something else use the machine?");
        notes.Fact(
            "maximum",
            string.Create(CultureInfo.InvariantCulture, $"{open.CallsPerSecond:N0} calls/s, the highest rate of an open loop before the run at which every call was answered and p99 stayed within {CapacitySearch.BoundMs} ms ({open.P99Ms:0.00} ms); driver {open.DriverCpuMicrosecondsPerCall:0.0} µs CPU a call"));
        return (_maximum = open.CallsPerSecond).Value;
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

    private BlastOptions Probe(CallKind kind, CallShape shape, double rate, int seed) => new()
    {
        Server = server.Grpc,
        Call = kind,
        Members = options.Members,
        CatalogueOffers = GeneratedWeek.CatalogueOffers,
        Connections = shape.Connections,
        Streams = rate == 0 ? ClosedInFlight / shape.Connections : OpenStreams,
        Bunch = shape.Bunch,
        DeadlineMs = shape.DeadlineMs,
        Warmup = 0.5,
        Seconds = options.NoSpeed ? 0.5 : 1.5,
        Rate = rate,
        Seed = seed,
        Verify = 1000,
        Grace = 5,
    };
}
