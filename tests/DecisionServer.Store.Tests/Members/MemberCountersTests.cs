namespace DecisionServer.Store.Tests.Members;

public sealed class MemberCountersTests
{
    private static CapRule Rule(int limit, CapWindow window) => new(new() { Event = CapEvent.Impression, Per = CapPer.Member, Limit = limit, Window = window });

    [Fact]
    public void Add_MoreCountersThanAllowed_ForgetsTheOneTouchedLongestAgo()
    {
        var counters = new MemberCounters();
        var rule = Rule(1, CapWindow.Forever);
        for (ulong key = 0; key < MemberCounters.MaxCounters; key++) counters.Add(rule, key, 0, 0, 1);
        counters.Add(rule, 0, 0, 0, 1);
        counters.Add(rule, 99_999, 0, 0, 1);

        Assert.Equal(MemberCounters.MaxCounters, counters.Count);
        Assert.True(counters.IsReached(rule, 0, 0, 0));
        Assert.False(counters.IsReached(rule, 1, 0, 0));
    }

    [Fact]
    public void Add_MoreInstantsThanAllowed_StaysWithinTheLimit()
    {
        var counters = new MemberCounters();
        var rule = Rule(100, CapWindow.Rolling(TimeSpan.FromDays(1)));
        for (var i = 0; i < 40_000; i++) counters.Add(rule, (ulong)(i % 200), 0, i, 100);

        Assert.InRange(counters.StampCount, 1, MemberCounters.MaxStamps);
        for (var i = 0; i < 100; i++) counters.Add(rule, 199, 0, 39_999, 100);
        Assert.True(counters.IsReached(rule, 199, 0, 40_000));
    }

    [Fact]
    public void IsReached_LimitRaised_CountsTheInstantsKept()
    {
        var counters = new MemberCounters();
        var window = CapWindow.Rolling(TimeSpan.FromSeconds(10));
        for (var i = 1; i <= 5; i++) counters.Add(Rule(3, window), 1, 0, i * TimeSpan.TicksPerSecond, 3);
        Assert.True(counters.IsReached(Rule(2, window), 1, 0, 6 * TimeSpan.TicksPerSecond));
        Assert.False(counters.IsReached(Rule(4, window), 1, 0, 6 * TimeSpan.TicksPerSecond));
        Assert.False(counters.IsReached(Rule(3, window), 1, 0, 13 * TimeSpan.TicksPerSecond));
    }

    [Fact]
    public void Add_LateEventOfAPeriodThatIsOver_CountsNowhere()
    {
        var counters = new MemberCounters();
        var rule = Rule(2, CapWindow.Day);
        counters.Add(rule, 1, 10, 0, 2);
        counters.Add(rule, 1, 9, 0, 2);
        Assert.False(counters.IsReached(rule, 1, 10, 0));
        counters.Add(rule, 1, 10, 0, 2);
        Assert.True(counters.IsReached(rule, 1, 10, 0));
        Assert.False(counters.IsReached(rule, 1, 11, 0));
    }
}
