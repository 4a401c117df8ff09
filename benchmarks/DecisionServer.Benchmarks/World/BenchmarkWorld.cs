using DecisionServer.Engine;
using DecisionServer.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace DecisionServer.Benchmarks;

/// <summary>A store with one generation, loaded by the code that every load runs, and an engine over it.</summary>
internal sealed class BenchmarkWorld : IDisposable
{
    private static readonly Lock Gate = new();
    private static BenchmarkWorld? _shared;
    private readonly TemporaryFolder? _temporary;
    private readonly string _folder;

    /// <summary>Generates and loads a week.</summary>
    public BenchmarkWorld(int members, int affinities = 0)
        : this(members, new TemporaryFolder())
    {
        new GeneratedWeek(members, affinities).PublishTo(Registry, GenerationId);
    }

    /// <summary>Opens a folder of generations that a server has left. Only what was current is read.</summary>
    public BenchmarkWorld(int members, string folder)
        : this(members, folder, maxTotalBytes: 1)
    {
    }

    private BenchmarkWorld(int members, TemporaryFolder temporary)
        : this(members, temporary.Path, long.MaxValue >> 10) => _temporary = temporary;

    private BenchmarkWorld(int members, string folder, long maxTotalBytes)
    {
        (Members, _folder) = (members, folder);
        Availability = new AvailabilityStore(new AvailabilityOptions());
        MemberState = new MemberServing(new MemberStoreOptions(), new CapCalendar(TimeZoneInfo.Utc));
        Serving = new Serving(Availability, MemberState);
        Registry = new GenerationRegistry(
            new StoreOptions { Directory = folder, MaxTotalBytes = maxTotalBytes }, Serving, TimeProvider.System, NullLogger<GenerationRegistry>.Instance);
        Registry.Recover();
        Engine = new DecisionEngine(Serving, TimeProvider.System, new EngineOptions());
    }

    /// <summary>The generation that serves.</summary>
    public const string GenerationId = "generated";

    public int Members { get; }

    public AvailabilityStore Availability { get; }

    public MemberServing MemberState { get; }

    public Serving Serving { get; }

    public GenerationRegistry Registry { get; }

    public DecisionEngine Engine { get; }

    /// <summary>The folder that its segment files are in.</summary>
    public string SegmentFolder => GenerationFolder.Of(_folder, GenerationId).Path;

    /// <summary>One for all benchmarks of the process: a world of two million members takes longer to make than to measure.</summary>
    public static BenchmarkWorld Shared(int members)
    {
        lock (Gate)
        {
            if (_shared?.Members != members)
            {
                _shared?.Dispose();
                _shared = new BenchmarkWorld(members, affinities: 8);
            }

            return _shared;
        }
    }

    /// <summary>Lets the shared one go.</summary>
    public static void DisposeShared()
    {
        lock (Gate)
        {
            _shared?.Dispose();
            _shared = null;
        }
    }

    public void Dispose()
    {
        Registry.Dispose();
        Availability.Dispose();
        MemberState.Dispose();
        _temporary?.Dispose();
    }
}
