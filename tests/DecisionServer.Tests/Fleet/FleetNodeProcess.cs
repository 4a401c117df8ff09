using DecisionServer.Tests.Processes;
using DecisionServer.Tests.Support;
using DecisionServer.V1;
using Grpc.Core;

namespace DecisionServer.Tests.Fleet;

/// <summary>One node of a <see cref="FleetCluster"/>, which can be killed and started again.</summary>
internal sealed class FleetNodeProcess(string name, string directory, FaultProxy truth, FaultProxy news, Func<int, string> truthAt, IReadOnlyList<string> options) : IAsyncDisposable
{
    private ServerProcess? _server;

    public string Name => name;

    /// <summary>Its link to PostgreSQL.</summary>
    public FaultProxy Truth => truth;

    /// <summary>Its link to Redis.</summary>
    public FaultProxy News => news;

    /// <summary>Whether it serves: not while it is being stopped, nor before it serves again.</summary>
    public bool IsRunning => _server is not null;

    public ServerProcess Server => _server ?? throw new InvalidOperationException($"{name} does not run");

    public DecisionService.DecisionServiceClient Decisions => new(Server.Channel);

    public MemberService.MemberServiceClient Members => new(Server.Channel);

    public AvailabilityService.AvailabilityServiceClient Availability => new(Server.Channel);

    public IngestService.IngestServiceClient Ingest => new(Server.Channel);

    public CatalogService.CatalogServiceClient Catalog => new(Server.Channel);

    public FleetService.FleetServiceClient Fleet => new(Server.Channel);

    /// <summary>Where its data lies.</summary>
    public string DataDirectory => directory;

    /// <summary>Starts it, and waits until it serves.</summary>
    public async Task Start()
    {
        Directory.CreateDirectory(directory);
        _server = await ServerProcess.Start(directory, Options);

        // What is done to its links is told as what it is.
        _server.ExpectError(static line => line.Contains("PostgresJournal", StringComparison.Ordinal) || line.Contains("Fleet", StringComparison.Ordinal)
            || line.Contains("could not be noted in the journal", StringComparison.Ordinal));
    }

    /// <summary>Starts it, and does not wait: for tests that end it before it serves.</summary>
    public RunningProgram Launch()
    {
        Directory.CreateDirectory(directory);
        return ServerProcess.Launch(directory, Options);
    }

    /// <summary>SIGTERM, and waits for the end.</summary>
    public async Task Stop()
    {
        var server = Server;
        _server = null;
        await server.DisposeAsync();
    }

    /// <summary>SIGKILL.</summary>
    public async Task Kill()
    {
        var server = Server;
        _server = null;
        await server.Kill();
        await server.DisposeAsync();
    }

    /// <summary>A decision with 10 offers.</summary>
    public async Task<NextBestOffersResponse> Decide(string memberId) =>
        await Decisions.NextBestOffersAsync(new NextBestOffersRequest { MemberId = memberId, OmitContent = true }, deadline: DateTime.UtcNow.AddSeconds(30));

    /// <summary>Opts a member in, again and again under one key until it is known what became of it.</summary>
    public async Task<ActivateOfferResponse?> TryActivate(string memberId, string offerId, string key)
    {
        try
        {
            return await Members.ActivateOfferAsync(
                new ActivateOfferRequest { MemberId = memberId, OfferId = offerId, IdempotencyKey = key }, deadline: DateTime.UtcNow.AddSeconds(20));
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Cancelled or StatusCode.Internal)
        {
            return null;
        }
    }

    private IReadOnlyList<string> Options =>
        [$"Node:Name={name}", $"Journal:Postgres={truthAt(truth.Port)}", $"Fanout:Redis={news.Address},connectTimeout=1000,syncTimeout=1000", .. options];

    public async ValueTask DisposeAsync()
    {
        truth.Heal();
        news.Heal();
        if (_server is not null) await _server.DisposeAsync();
        await truth.DisposeAsync();
        await news.DisposeAsync();
    }
}
