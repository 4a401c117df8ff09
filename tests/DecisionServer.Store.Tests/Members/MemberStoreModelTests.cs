using FsCheck;
using FsCheck.Fluent;

namespace DecisionServer.Store.Tests.Members;

/// <summary>Random changes of a few members, some of which share a hash, against plain dictionaries.</summary>
public sealed class MemberStoreModelTests
{
    private static readonly CapRule[] Rules =
    [
        new(new() { Event = CapEvent.Click, Per = CapPer.Member, Limit = 3 }),
        new(new() { Event = CapEvent.Click, Per = CapPer.Member, Limit = 3, Window = CapWindow.Rolling(TimeSpan.FromSeconds(10)) }),
        new(new() { Event = CapEvent.Click, Per = CapPer.Member, Limit = 2, Window = CapWindow.Day }),
    ];

    public sealed record Change(int Kind, int Member, int Rule, int Target, int Value);

    private static readonly Arbitrary<List<Change>> Steps = Arb.From(
        (from kind in Gen.Choose(0, 9)
         from member in Gen.Choose(0, 4)
         from rule in Gen.Choose(0, 2)
         from target in Gen.Choose(1, 3)
         from value in Gen.Choose(0, 60)
         select new Change(kind, member, rule, target, value)).ListOf(),
        steps => steps.Select((_, i) => steps.Where((_, at) => at != i).ToList()));

    [Fact]
    public void Store_AnySequenceOfChanges_EqualsTheModel() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(Steps, Run));

    private static void Run(List<Change> steps)
    {
        MemberKey[] keys = [new(1, 1), new(1, 2), new(2, 3), new(7, 4), new(1, 5)];
        using var store = new MemberStore(new MemberStoreOptions { MaxBytes = 1 << 20, ExpectedMembers = 10 });
        var states = new Dictionary<int, ulong[]>();
        var events = new Dictionary<(int Member, int Rule, int Target), List<int>>();
        var (state, counters) = (new MemberStateBuffer(), new MemberCounters());
        foreach (var step in steps)
        {
            var key = keys[step.Member];
            switch (step.Kind)
            {
                case 0:
                    store.Remove(key);
                    states.Remove(step.Member);
                    foreach (var gone in events.Keys.Where(each => each.Member == step.Member).ToList()) events.Remove(gone);
                    break;
                case < 4:
                    var put = new MemberStateBuffer { Version = 1 };
                    states[step.Member] = [.. Enumerable.Range(0, step.Value).Select(i => (ulong)(i * step.Target))];
                    foreach (var offer in states[step.Member]) put.Redeemed.Add(offer);
                    store.Put(key, put);
                    break;
                default:
                    store.TryRead(key, counters);
                    var rule = Rules[step.Rule];
                    counters.Add(rule, rule.CounterKey((ulong)step.Target), Period(rule, step.Value), step.Value * TimeSpan.TicksPerSecond, rule.Limit);
                    store.Put(key, counters);
                    if (!events.TryGetValue((step.Member, step.Rule, step.Target), out var list)) events[(step.Member, step.Rule, step.Target)] = list = [];
                    list.Add(step.Value);
                    break;
            }
        }

        for (var member = 0; member < keys.Length; member++)
        {
            Assert.Equal(states.ContainsKey(member), store.TryRead(keys[member], state));
            Assert.Equal(states.GetValueOrDefault(member) ?? [], state.Redeemed.Span.ToArray());
            store.TryRead(keys[member], counters);
            for (var rule = 0; rule < Rules.Length; rule++)
            {
                for (var target = 1; target <= 3; target++)
                {
                    var seconds = events.GetValueOrDefault((member, rule, target)) ?? [];
                    for (var now = seconds.DefaultIfEmpty(0).Max(); now < 80; now += 7)
                    {
                        var expected = Rules[rule].Window.Kind switch
                        {
                            CapWindowKind.Forever => seconds.Count,
                            CapWindowKind.Rolling => seconds.Count(second => second > now - 10),
                            _ => seconds.Count(second => Period(Rules[rule], second) == Period(Rules[rule], now)),
                        } >= Rules[rule].Limit;
                        Assert.Equal(
                            expected,
                            counters.IsReached(Rules[rule], Rules[rule].CounterKey((ulong)target), Period(Rules[rule], now), now * TimeSpan.TicksPerSecond));
                    }
                }
            }
        }
    }

    // Days of twenty seconds.
    private static int Period(CapRule rule, int second) => rule.Window.IsCalendar ? 1 + (second / 20) : 0;
}
