using DecisionServer.Fleet.Segments;
using DecisionServer.Store;
using DecisionServer.Tests.Services;
using DecisionServer.V1;
using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;

namespace DecisionServer.Tests.Fleet.Segments;

/// <summary>Servers between which a generation travels, and what they answer.</summary>
internal static class Node
{
    public const int Members = 20_000;
    private const int Offers = 60;
    private const int SetSize = 30;

    /// <summary>Makes a generation of some 3 MB current.</summary>
    public static void Load(RunningServer server, string id)
    {
        var registry = server.Get<GenerationRegistry>();
        string token = registry.Begin(id, Members, resume: false, "test").Token;
        LoadSession load = registry.Load(id, token);
        load.LoadOffers(token, [.. Enumerable.Range(0, Offers).Select(i => new OfferConfig { OfferId = $"o{i}" })]);
        ulong sequence = 0;
        foreach (int[] chunk in Enumerable.Range(0, Members).Chunk(500))
        {
            load.Store(token, "only", ++sequence, [.. chunk.Select(Set)]);
        }

        registry.Seal(id, token, new SealRequest { OfferSets = Members });
        registry.Publish(id, force: false);
    }

    /// <summary>A data directory that holds the generation as current.</summary>
    public static async Task Prepare(string directory, string id)
    {
        await using RunningServer server = await RunningServer.StartIn(directory);
        Load(server, id);
    }

    public static GenerationPull Pull(RunningServer into, TransferOptions options) => new(
        into.Get<GenerationRegistry>(), into.Get<StoreOptions>(), options, into.Get<PeerChannels>(), TimeProvider.System, NullLogger<GenerationPull>.Instance);

    /// <summary>What members see: the best ten, with their scores.</summary>
    public static async Task<Dictionary<string, string>> Answers(ChannelBase channel)
    {
        var client = new DecisionService.DecisionServiceClient(channel);
        var answers = new Dictionary<string, string>();
        for (int m = 0; m < Members; m += 37)
        {
            NextBestOffersResponse answer = await client.NextBestOffersAsync(new NextBestOffersRequest { MemberId = $"m{m}" }, deadline: DateTime.UtcNow + RunningServer.Bound);
            Assert.All(answer.Placements[0].Offers, offer => Assert.Equal(OfferSource.Member, offer.Source));
            answers.Add($"m{m}", answer.GenerationId + ": " + string.Join(' ', answer.Placements[0].Offers.Select(offer => FormattableString.Invariant($"{offer.OfferId}={offer.Score:R}"))));
        }

        return answers;
    }

    private static OfferSetConfig Set(int member)
    {
        var random = new Random(member);
        int[] offers = [.. Enumerable.Range(0, Offers)];
        random.Shuffle(offers);
        return new OfferSetConfig($"m{member}", [.. offers.Take(SetSize).Select(offer => new ScoredOfferConfig($"o{offer}", random.NextSingle()))], []);
    }
}
