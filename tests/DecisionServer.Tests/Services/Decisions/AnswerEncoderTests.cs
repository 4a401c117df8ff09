using System.Buffers;
using DecisionServer.Engine;
using DecisionServer.Engine.Tests;
using DecisionServer.Services.Decisions;
using DecisionServer.Store;
using DecisionServer.V1;
using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf;
using Grpc.Core;
using Placement = DecisionServer.Store.PlacementConfig;

namespace DecisionServer.Tests.Services.Decisions;

/// <summary>Answers are written without message objects: what is written must be what the generated classes write, byte for byte.</summary>
public sealed class AnswerEncoderTests
{
    private const int RequestsPerScenario = 12;

    private static readonly Gen<Shape> Shapes =
        from seed in Gen.Choose(0, int.MaxValue - 1)
        from offers in Gen.Choose(0, 30)
        from updates in Gen.Choose(0, 15)
        select new Shape(seed, offers, Members: 4, SetSize: 12, updates, LadderSize: 10);

    [Fact]
    public void Serialize_AnyDecision_WritesTheBytesOfTheOrdinaryMessage()
    {
        var seen = new Seen();
        Prop.ForAll(Shapes.ToArbitrary(), shape =>
        {
            var scenario = new Scenario(shape);
            using var world = scenario.Build(new World());
            var ids = new DecisionIds();
            for (var i = 0; i < RequestsPerScenario; i++) Check(world, scenario.NextRequest(), ids.Next(), omitsContent: i % 4 == 3, lag: i % 3 == 2 ? (uint)i * 1_700 : 0, seen);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(40));

        Assert.True(seen is { Explained: > 0, Activated: > 0, LivePrices: > 0, Ends: > 0, Short: > 0, Epochs: > 0, Empty: > 0, Contents: > 0 }, seen.ToString());
    }

    [Fact]
    public void Serialize_LongAnswer_IsWrittenWhole()
    {
        var offers = Enumerable.Range(0, 200).Select(i => World.Offer($"o{i}") with { Title = new string('t', 256), Content = new Dictionary<string, string> { ["text"] = new('x', 1024) } }).ToArray();
        using var world = new World().Publish(offers, []).Global([.. offers.Select((offer, i) => (offer.OfferId, -i / 7f))]);
        world.Place([.. Enumerable.Range(0, 20).Select(i => new Placement { Name = $"slot-{i}", Strategy = (PlacementStrategy)(1 + (i % 3)) })]);
        var request = World.Request("stranger", [.. Enumerable.Range(0, 20).Select(i => ($"slot-{i}", 100))]);
        (request.Explain, request.AllowDuplicates) = (true, true);

        var length = Check(world, request, new DecisionIds().Next(), omitsContent: false, lag: uint.MaxValue, new Seen());

        Assert.True(length > 2_000_000, $"{length} bytes");
    }

    [Fact]
    public void Serialize_OffersChangedMeanwhile_WritesThoseOfTheDecision()
    {
        using var world = new World().Publish([World.Offer("o") with { Title = "old" }], [World.Set("m", ("o", 1))]);
        var workspace = DecisionWorkspace.Rent();
        Decide(world, World.Request("m"), workspace);
        world.Serving.PutOffers([World.Offer("o") with { Title = "new" }], out _, out _);

        Assert.Equal("old", Assert.Single(Parse(workspace.Answer).Placements[0].Offers).Content["title"]);
        workspace.Answer.Release();
        workspace = DecisionWorkspace.Rent();
        Decide(world, World.Request("m"), workspace);
        Assert.Equal("new", Assert.Single(Parse(workspace.Answer).Placements[0].Offers).Content["title"]);
    }

    private static int Check(World world, DecisionRequest request, DecisionId id, bool omitsContent, uint lag, Seen seen)
    {
        var workspace = DecisionWorkspace.Rent();
        Decide(world, request, workspace);
        var answer = workspace.Answer;
        (answer.Id, answer.OmitsContent, answer.LagMilliseconds) = (id, omitsContent, lag);
        var ordinary = OrdinaryAnswer.Of(workspace.Result, id.ToString(), omitsContent, lag);
        var context = new Collector();

        AnswerEncoder.Serialize(answer, context);

        Assert.Equal(ordinary.ToByteArray(), context.Bytes);
        Assert.Equal(ordinary, NextBestOffersResponse.Parser.ParseFrom(context.Bytes));
        seen.Look(ordinary, world);
        return context.Bytes.Length;
    }

    private static void Decide(World world, DecisionRequest request, DecisionWorkspace workspace)
    {
        workspace.Answer.Id = new DecisionIds().Next();
        Assert.Equal(DecisionOutcome.Decided, world.Engine.Decide(request, workspace.Result));
    }

    private static NextBestOffersResponse Parse(DecisionAnswer answer) => NextBestOffersResponse.Parser.ParseFrom(AnswerEncoder.ToArray(answer));

    // So that the comparison is known to have been about something.
    private sealed record Seen
    {
        public int Explained { get; private set; }

        public int Activated { get; private set; }

        public int LivePrices { get; private set; }

        public int Ends { get; private set; }

        public int Short { get; private set; }

        public int Epochs { get; private set; }

        public int Empty { get; private set; }

        public int Contents { get; private set; }

        public void Look(NextBestOffersResponse answer, World world)
        {
            if (answer.AvailabilityEpoch > 0) Epochs++;
            foreach (var slot in answer.Placements)
            {
                if (slot.Candidates.Count > 0) Explained++;
                if (slot.Shortfall > 0) Short++;
                if (slot.Offers.Count == 0) Empty++;
                foreach (var offer in slot.Offers)
                {
                    if (offer.Activated) Activated++;
                    if (offer.ValidUntil is not null) Ends++;
                    if (offer.Content.Count > 0) Contents++;
                    world.Serving.Current!.Catalogue.TryGetIndex(offer.OfferId, out var index);
                    if (offer.HasPriceMinor && offer.PriceMinor != world.Serving.Current.Catalogue[index].PriceMinor) LivePrices++;
                }
            }
        }
    }

    /// <summary>Takes a message as the server does, and holds it to the length that was announced.</summary>
    private sealed class Collector : SerializationContext
    {
        private readonly ArrayBufferWriter<byte> _output = new();
        private int? _announced;

        public byte[] Bytes { get; private set; } = [];

        public override void SetPayloadLength(int payloadLength) => _announced = payloadLength;

        public override IBufferWriter<byte> GetBufferWriter() => _output;

        public override void Complete()
        {
            Bytes = _output.WrittenSpan.ToArray();
            Assert.Equal(_announced, Bytes.Length);
        }
    }
}
