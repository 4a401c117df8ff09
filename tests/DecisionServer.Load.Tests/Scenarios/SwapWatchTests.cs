using DecisionServer.Load.Running;
using DecisionServer.Load.Scenarios;
using DecisionServer.Tests.Processes;
using DecisionServer.V1;
using Google.Protobuf;

namespace DecisionServer.Load.Tests.Scenarios;

public sealed class SwapWatchTests : IDisposable
{
    private const int Offers = 10;
    private readonly TemporaryDirectory _folder = new();
    private readonly SwapWatch _watch;

    public SwapWatchTests() => _watch = new SwapWatch(Week("old", 100), Week("new", 200));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Look_OldThenNew_IsRight()
    {
        Assert.Null(_watch.Look(Answer("old", 100), whole: false, afterPublish: false));
        _watch.Publishing = true;
        Assert.Null(_watch.Look(Answer("old", 100), whole: false, afterPublish: false));
        Assert.Null(_watch.Look(Answer("new", 200), whole: false, afterPublish: false));
        _watch.Published = true;
        Assert.Null(_watch.Look(Answer("new", 200), whole: false, afterPublish: true));

        Assert.Equal((2, 2, 0, 0), (_watch.SeenOld, _watch.SeenNew, _watch.Mixed, _watch.Stale));
    }

    [Fact]
    public void Look_HeadOfAnAnswer_TellsItsGeneration()
    {
        byte[] head = Answer("old", 100).AsSpan(0, 20).ToArray();

        Assert.Null(_watch.Look(head, whole: false, afterPublish: false));
        Assert.Equal((1, 0), (_watch.SeenOld, _watch.Compared));
    }

    [Fact]
    public void Look_OldAfterThePublish_IsStale()
    {
        _watch.Publishing = _watch.Published = true;

        Assert.NotNull(_watch.Look(Answer("old", 100), whole: false, afterPublish: true));
        Assert.Equal(1, _watch.Stale);
    }

    [Fact]
    public void Look_NewBeforeThePublishOrUnknown_IsWrong()
    {
        Assert.NotNull(_watch.Look(Answer("new", 200), whole: false, afterPublish: false));
        Assert.NotNull(_watch.Look(Answer("other", 100), whole: false, afterPublish: false));
        Assert.Equal(2, _watch.Mixed);
    }

    [Fact]
    public void Look_OffersOfTheOtherGeneration_IsMixed()
    {
        bool[] compared = [.. Enumerable.Range(0, SwapWatch.FullLookEvery).Select(_ => _watch.NextIsCompared())];

        Assert.Single(compared, next => next);
        Assert.NotNull(_watch.Look(Answer("old", 200), whole: true, afterPublish: false));
        Assert.Equal(1, _watch.Mixed);
    }

    private static byte[] Answer(string generation, long price) => new NextBestOffersResponse
    {
        DecisionId = "d-1",
        GenerationId = generation,
        Placements =
        {
            new PlacementDecision { Offers = { Enumerable.Range(0, Offers).Select(offer => new DecidedOffer { OfferId = $"OF{offer}", PriceMinor = price }) } },
        },
    }.ToByteArray();

    private GeneratedWeek Week(string id, long price)
    {
        string folder = Directory.CreateDirectory(_folder.File(id)).FullName;
        using FileStream file = File.Create(Path.Combine(folder, "offers.pb"));
        for (int offer = 0; offer < Offers; offer++)
            new Offer { OfferId = $"OF{offer}", PriceMinor = price }.WriteDelimitedTo(file);
        return new GeneratedWeek(id, folder);
    }
}
