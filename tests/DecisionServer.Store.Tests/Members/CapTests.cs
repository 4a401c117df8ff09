namespace DecisionServer.Store.Tests.Members;

public sealed class CapTests
{
    private static CapRuleConfig Cap(int limit = 1) => new() { Name = "cap", Event = CapEvent.Redemption, Per = CapPer.Total, Limit = limit };

    public static TheoryData<CapRuleConfig, string> Faults => new()
    {
        { Cap(0), "limit: is 0, must be between 1 and 1000000" },
        { Cap(1_000_001), "limit: is 1000001, must be between 1 and 1000000" },
        { Cap() with { Name = "" }, "name: is empty" },
        { Cap() with { Event = 0 }, "event: 0 is not a known event" },
        { Cap() with { Per = 0 }, "per: 0 is neither member nor total" },
        { Cap() with { Scope = (CapScope)9 }, "scope: 9 is not a known scope" },
        { Cap() with { Event = CapEvent.Custom }, "custom_kind: is empty" },
        { Cap() with { CustomKind = "scan" }, "custom_kind: is given, but the event is not a custom one" },
        { Cap() with { Scope = CapScope.Everywhere, Target = "x" }, "target: is given, but a cap of everywhere has none" },
        { Cap() with { Window = CapWindow.Rolling(TimeSpan.FromHours(1)) }, "window: a cap in total cannot roll, because it could not be exact; take a calendar day, week or month, or forever" },
        { Cap(101) with { Per = CapPer.Member, Window = CapWindow.Rolling(TimeSpan.FromHours(1)) }, "limit: is 101, must be between 1 and 100 for a rolling window" },
        { Cap() with { Per = CapPer.Member, Window = CapWindow.Rolling(TimeSpan.Zero) }, "rolling_seconds: is 0, must be between 1 and 31622400" },
        { Cap() with { Per = CapPer.Member, Window = CapWindow.Rolling(TimeSpan.FromDays(367)) }, "rolling_seconds: is 31708800, must be between 1 and 31622400" },
        { Cap() with { Window = new CapWindow(CapWindowKind.Day, TimeSpan.FromSeconds(5)) }, "rolling_seconds: is given, but the window does not roll" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Validate_OneFault_SaysWhatAndWhere(CapRuleConfig rule, string expected)
    {
        var errors = new List<string>();
        CapRuleConfigValidator.Validate(rule, errors);
        Assert.Equal([expected], errors);
    }

    [Fact]
    public void ValidateOfOffer_NameScopeAndTarget_AreRefused()
    {
        var errors = new List<string>();
        CapRuleConfigValidator.ValidateOfOffer([Cap() with { Name = "" }, Cap() with { Scope = CapScope.Channel, Target = "app" }], errors);
        Assert.Equal(["caps[1].name", "caps[1].scope", "caps[1].target"], errors.Select(error => error.Split(':')[0]));
    }

    [Theory]
    [InlineData(CapEvent.Redemption, "", CapScope.Offer, "13-540/00", 0)]
    [InlineData(CapEvent.Impression, "", CapScope.Placement, "app.home", 3600)]
    [InlineData(CapEvent.Custom, "a/b:c/d", CapScope.Offer, "x", 0)]
    [InlineData(CapEvent.Custom, "offer", CapScope.Channel, "offer", 0)]
    [InlineData(CapEvent.Custom, "k/", CapScope.Everywhere, "", 0)]
    [InlineData(CapEvent.Click, "", CapScope.Everywhere, "", 0)]
    public void TryReadName_NameOfACounter_GivesItsKey(CapEvent capEvent, string kind, CapScope scope, string target, int seconds)
    {
        var rule = new CapRule(new()
        {
            Event = capEvent,
            CustomKind = kind,
            Scope = scope,
            Per = CapPer.Member,
            Limit = 1,
            Window = seconds == 0 ? CapWindow.Month : CapWindow.Rolling(TimeSpan.FromSeconds(seconds)),
        });
        var targetKey = scope switch { CapScope.Offer => OfferKey.From(target), CapScope.Everywhere => 0ul, _ => NameKey.From(target) };

        Assert.True(CapRule.TryReadName(rule.CounterName(target), out var key));
        Assert.Equal(rule.CounterKey(targetKey), key);
    }

    [Theory]
    [InlineData("")]
    [InlineData("redemption")]
    [InlineData("custom:9:x/day/offer/o")]
    [InlineData("custom:x")]
    public void TryReadName_NoNameOfACounter_IsRefused(string name) => Assert.False(CapRule.TryReadName(name, out _));

    [Fact]
    public void With_AddReplaceRemove_TellsHowMany()
    {
        var set = CapRuleSet.Empty.With([Cap() with { Name = "b" }, Cap() with { Name = "a" }], [], out var added, out _);
        Assert.Equal(2, added);
        set = set.With([Cap(7) with { Name = "a" }, Cap() with { Name = "c" }], ["b", "unknown"], out added, out var replaced);
        Assert.Equal((1, 1), (added, replaced));
        Assert.Equal(["a", "c"], set.All.Select(rule => rule.Config.Name));
        Assert.Throws<CatalogueException>(() => set.With([Cap(), Cap()], [], out _, out _));
    }

    [Fact]
    public void Find_RulesThatShareACounter_GiveItOnceWithTheTightestLimit()
    {
        var set = CapRuleSet.Empty.With([Cap(9) with { Name = "wide", Per = CapPer.Member }, Cap(5) with { Name = "tight", Per = CapPer.Member }], [], out _, out _);
        var targets = new CapTargets();
        targets.Find(set, [new CapRule(Cap(7) with { Name = "", Per = CapPer.Member })], CapEvent.Redemption, "", OfferKey.From("o"), 0, 0);

        Assert.Equal(1, targets.Span.Length);
        Assert.Equal(5, targets.Span[0].Rule.Limit);
        Assert.Equal(9, targets.Span[0].Keep);
    }

    [Theory]
    [InlineData("2017-08-14T21:59:59Z", "2017-08-14", "2017-08-14", "2017-08-01")]
    [InlineData("2017-08-14T22:00:00Z", "2017-08-15", "2017-08-14", "2017-08-01")]
    [InlineData("2017-08-13T21:59:59Z", "2017-08-13", "2017-08-07", "2017-08-01")]
    [InlineData("2017-10-29T00:30:00Z", "2017-10-29", "2017-10-23", "2017-10-01")]
    [InlineData("2017-10-29T22:59:59Z", "2017-10-29", "2017-10-23", "2017-10-01")]
    [InlineData("2017-10-29T23:00:00Z", "2017-10-30", "2017-10-30", "2017-10-01")]
    [InlineData("2017-12-31T23:00:00Z", "2018-01-01", "2018-01-01", "2018-01-01")]
    public void PeriodOf_InstantsInBerlin_GoByTheLocalCalendar(string instant, string day, string week, string month)
    {
        var calendar = new CapCalendar(TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"));
        var ticks = DateTimeOffset.Parse(instant, null).UtcTicks;
        Assert.Equal(DateOnly.Parse(day, null).DayNumber, calendar.PeriodOf(CapWindowKind.Day, ticks));
        Assert.Equal(DateOnly.Parse(week, null).DayNumber, calendar.PeriodOf(CapWindowKind.Week, ticks));
        Assert.Equal(DateOnly.Parse(month, null).DayNumber, calendar.PeriodOf(CapWindowKind.Month, ticks));
        Assert.Equal(0, calendar.PeriodOf(CapWindowKind.Forever, ticks));
    }

    [Fact]
    public async Task TryAdd_ManyThreads_StopsExactlyAtTheLimit()
    {
        var totals = new Totals();
        var taken = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Enumerable.Range(0, 5_000).Count(_ => totals.TryAdd(1, 3, 7_777)))));
        Assert.Equal(7_777, taken.Sum());
        Assert.Equal(7_777, totals.Get(1, 3));
        Assert.Equal(0, totals.Get(1, 4));
        totals.Add(1, 4);
        Assert.Equal(1, totals.Get(1, 4));
        Assert.True(totals.TryAdd(1, 3, 1));
        Assert.Equal(1, totals.Get(1, 4));
    }

    [Fact]
    public void ImpressionLog_ChunkNotSettled_StaysTheSameButForTheErased()
    {
        var log = new ImpressionLog();
        log.Add([new("a", "o1", "p", "", 1), new("b", "o2", "p", "", 2), new("a", "o3", "p", "", 3), new("b", "o4", "p", "", 4)]);
        Assert.True(log.BeginChunk(3));
        log.Add([new("c", "o5", "p", "", 5)]);
        Assert.True(log.BeginChunk(10));
        Assert.Equal(["o1", "o2", "o3"], Chunk(log));
        log.Forget("a");
        Assert.True(log.BeginChunk(10));
        Assert.Equal(["o2"], Chunk(log));

        log.SettleChunk(1);
        Assert.True(log.BeginChunk(10));
        Assert.Equal(["o4", "o5"], Chunk(log));
        log.SettleChunk(2);
        Assert.False(log.BeginChunk(10));
        Assert.Equal(0, log.Waiting);
    }

    [Fact]
    public void ImpressionLog_SettledLate_LeavesTheNextChunk()
    {
        var log = new ImpressionLog();
        var chunk = new List<Impression>();
        Assert.Equal(0, log.CopyChunk(chunk));
        log.Add([new("a", "o1", "p", "", 1)]);
        log.BeginChunk(1);
        Assert.Equal(1, log.CopyChunk(chunk));

        // Its commit succeeds although whoever began it was told that it had failed; the next one has a number of its own.
        log.SettleChunk(1);
        Assert.Equal(0, log.CopyChunk(chunk));
        log.Add([new("b", "o2", "p", "", 2)]);
        log.BeginChunk(1);
        Assert.Equal(2, log.CopyChunk(chunk));
        log.SettleChunk(1);
        log.SettleChunk(0);
        Assert.Equal(["o2"], Chunk(log));
    }

    [Fact]
    public void ImpressionLog_AllOfAChunkErased_IsAChunkStill()
    {
        var log = new ImpressionLog();
        log.Add([new("a", "o1", "p", "", 1)]);
        log.BeginChunk(1);
        log.Add([new("b", "o2", "p", "", 2)]);
        log.Forget("a");

        Assert.True(log.BeginChunk(1));
        Assert.Empty(Chunk(log));
        var pending = new List<Impression>();
        log.CopyPending(pending, null);
        Assert.Equal(["o2"], pending.Select(impression => impression.OfferId));
    }

    [Fact]
    public void Json_EveryField_ComesBack()
    {
        var rule = Cap(7) with
        {
            Event = CapEvent.Custom,
            CustomKind = "scan",
            Scope = CapScope.Placement,
            Target = "app.home",
            Per = CapPer.Member,
            Window = CapWindow.Rolling(TimeSpan.FromHours(3)),
        };
        Assert.Equal(rule, CapRuleJson.Read(CapRuleJson.Write(rule)));
    }

    private static List<string> Chunk(ImpressionLog log)
    {
        var chunk = new List<Impression>();
        log.CopyChunk(chunk);
        return [.. chunk.Select(impression => impression.OfferId)];
    }
}
