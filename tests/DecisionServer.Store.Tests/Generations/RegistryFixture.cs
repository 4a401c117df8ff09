using System.Buffers.Binary;
using System.Text;
using DecisionServer.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace DecisionServer.Store.Tests.Generations;

/// <summary>A registry over a folder of its own; can be closed and opened again, as a restart does.</summary>
internal sealed class RegistryFixture : IDisposable
{
    private ErasureLog _erasures = null!;

    public RegistryFixture()
    {
        Directory = System.IO.Directory.CreateTempSubdirectory("generations-").FullName;
        Open(long.MaxValue);
    }

    public string Directory { get; }

    /// <summary>Who was erased, as the journal would tell at start.</summary>
    public List<ErasedMember> Erased { get; } = [];

    /// <summary>Which truth says what was put, from the next restart on.</summary>
    public string Truth { get; set; } = "";

    /// <summary>Takes in what was put over truth.</summary>
    public PutInbox Inbox { get; private set; } = null!;

    public AvailabilityStore Availability { get; private set; } = null!;

    public Serving Serving { get; private set; } = null!;

    public GenerationRegistry Registry { get; private set; } = null!;

    public static IReadOnlyList<OfferConfig> Offers { get; } = [.. Enumerable.Range(0, 10).Select(i => new OfferConfig { OfferId = $"o{i}" })];

    /// <summary>As the journal does after its commit. What follows is up to the test.</summary>
    public void Erase(string member) => Erase(member, DateTimeOffset.UtcNow.UtcTicks);

    /// <summary>The same, at an instant (UTC ticks).</summary>
    public void Erase(string member, long at)
    {
        Erased.Add(new ErasedMember(MemberKey.From(member), at));
        _erasures.Add(Erased[^1]);
    }

    /// <param name="maxTotalBytes">Memory for all generations.</param>
    /// <param name="early">Begin to read what is current before everything else, as the server does.</param>
    public void Restart(long maxTotalBytes = long.MaxValue, bool early = false)
    {
        Registry.Dispose();
        Availability.Dispose();
        Open(maxTotalBytes, early);
    }

    /// <summary>Loads members m0..: each has three offers, the best one is <paramref name="best"/>.</summary>
    public GenerationInfo Load(string id, int members = 100, int best = 0, SealRequest? request = null)
    {
        BegunLoad begun = Registry.Begin(id, members, resume: false, "test");
        LoadSession load = Registry.Load(id, begun.Token);
        load.LoadOffers(begun.Token, Offers);
        load.Store(begun.Token, "s", 1, Packed(0, members, best));
        return Registry.Seal(id, begun.Token, request ?? new SealRequest { OfferSets = members });
    }

    public static byte[] Packed(int from, int to, int best)
    {
        var bytes = new List<byte>();
        for (int m = from; m < to; m++)
        {
            Append(bytes, $"m{m}", [((uint)best, 0.9f), ((uint)(best + 1), 0.5f), ((uint)(best + 2), 0.25f)]);
        }

        return [.. bytes];
    }

    public static void Append(List<byte> bytes, string member, (uint Offer, float Score)[] offers)
    {
        byte[] id = Encoding.UTF8.GetBytes(member);
        bytes.Add((byte)id.Length);
        bytes.AddRange(id);
        bytes.Add((byte)offers.Length);
        bytes.Add(0);
        Span<byte> entry = stackalloc byte[8];
        foreach ((uint offer, float score) in offers)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(entry, offer);
            BinaryPrimitives.WriteSingleLittleEndian(entry[4..], score);
            bytes.AddRange(entry);
        }
    }

    /// <summary>The member's best offer in what serves now; null: none.</summary>
    public string? Best(string member)
    {
        ServingState? state = Serving.Acquire();
        try
        {
            var buffer = new OfferSetBuffer();
            return state is not null && state.Generation.TryReadOfferSet(MemberKey.From(member), buffer)
                ? state.Catalogue[buffer.OfferIndexes[0]].OfferId
                : null;
        }
        finally
        {
            state?.Generation.Release();
        }
    }

    public string Folder(string id) => GenerationFolder.Of(Directory, id).Path;

    public void Dispose()
    {
        Registry.Dispose();
        Availability.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private void Open(long maxTotalBytes, bool early = false)
    {
        var options = new StoreOptions { Directory = Directory, MaxTotalBytes = maxTotalBytes };
        using EarlyRead? read = early ? EarlyRead.Begin(options) : null;
        Availability = new AvailabilityStore(new AvailabilityOptions { MaxRows = 1000, RecentChanges = 100 });
        Serving = new Serving(Availability);
        _erasures = new ErasureLog();
        foreach (ErasedMember erased in Erased)
        {
            _erasures.Add(erased);
        }

        Registry = new GenerationRegistry(options, Serving, TimeProvider.System, NullLogger<GenerationRegistry>.Instance, _erasures, read);
        Inbox = new PutInbox(Registry, Serving, _erasures, NullLogger<PutInbox>.Instance);
        Registry.Recover(truth: Truth);
    }
}
