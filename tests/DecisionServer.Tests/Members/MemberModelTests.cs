using DecisionServer.Store;
using DecisionServer.Tests.Processes;
using DecisionServer.V1;
using FsCheck;
using FsCheck.Fluent;

namespace DecisionServer.Tests.Members;

/// <summary>Random actions of a few members against <see cref="MemberModel"/>, with actions sent again, later and out of order.</summary>
public sealed class MemberModelTests
{
    private const int OfferCount = 14;

    private static readonly Arbitrary<(int Seed, int Length)> Runs = Arb.From(
        from seed in Gen.Choose(0, int.MaxValue - 1)
        from length in Gen.Choose(1, 60)
        select (seed, length),
        run => run.Item2 > 1 ? [(run.Item1, run.Item2 / 2), (run.Item1, run.Item2 - 1)] : Array.Empty<(int, int)>());

    [Fact]
    public async Task Members_AnySequenceOfActionsWithRetries_EqualTheModel()
    {
        using var data = new TemporaryDirectory();
        await using var server = (await MemberServer.Start(data.Path))
            .Publish([.. Enumerable.Range(0, OfferCount).Select(i => new OfferConfig { OfferId = $"o{i}" })]);
        var number = 0;
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(60), Prop.ForAll(Runs, run => Run(server, run, $"run-{number++}").GetAwaiter().GetResult()));
    }

    private static async Task Run(MemberServer server, (int Seed, int Length) run, string name)
    {
        var random = new Random(run.Seed);
        var models = Enumerable.Range(0, 3).ToDictionary(i => $"{name}-m{i}", _ => new MemberModel());
        var done = new List<(ModelAction Action, Refusal Answer)>();
        for (var i = 0; i < run.Length; i++)
        {
            if (done.Count > 0 && random.NextDouble() < 0.3)
            {
                // Sent again, however long ago it was: the answer is the one given then, and nothing changes.
                var (before, answer) = done[random.Next(done.Count)];
                Assert.Equal(answer, await before.Send(server.Members));
                continue;
            }

            // An erasure takes the answers with it: nothing of before it is sent again.
            var action = ModelAction.Random(random, models.Keys.ElementAt(random.Next(3)), OfferCount);
            var expected = models[action.MemberId].Apply(action);
            Assert.Equal((action, expected), (action, await action.Send(server.Members)));
            if (action.Kind == ActionKind.Erase) done.RemoveAll(each => each.Action.MemberId == action.MemberId);
            done.Add((action, expected));
        }

        foreach (var (member, model) in models)
        {
            Assert.True(model.Is(await server.Get(member)), member);

            // Serving shows what the journal holds.
            var state = new MemberStateBuffer();
            server.Serving.Members!.Store.TryRead(MemberKey.From(member), state);
            Assert.Equal(model.Activated.Select(OfferKey.From), state.Activated.Span.ToArray());
            Assert.Equal(model.Redeemed.Select(OfferKey.From), state.Redeemed.Span.ToArray());
        }
    }
}
