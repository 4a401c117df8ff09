using DecisionServer.Store;

namespace DecisionServer.Journal.Tests.Support;

/// <summary>Writes something of every kind.</summary>
internal static class Fill
{
    public static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public static MemberRecord Member(string id, ulong version = 1) => new()
    {
        MemberId = id,
        Version = version,
        Activated = [new OfferInstant("offer-1", Noon), new OfferInstant("offer-2", Noon.AddTicks(1))],
        Redeemed = [new OfferInstant("offer-3", Noon)],
        Consents = ["mail"],
        Segments = ["gold", "öl"],
        ChainIds = ["c1"],
        Attributes = new Dictionary<string, string> { ["a"] = "b" },
        Counters = [new MemberCounter("cap", Noon, 3, [Noon, Noon.AddSeconds(1)])],
    };

    public static async Task Everything(IJournal journal, int members)
    {
        await journal.Do(transaction =>
        {
            transaction.PutPlacements([new PlacementConfig { Name = "app.home", MaxPerBrand = 2, SearchWeights = new SearchWeightsConfig { Item = 0.25f } }]);
            transaction.PutSegmentOffers("gold", [new ScoredOfferConfig("offer-1", 0.5f)]);
            transaction.PutGlobalOffers([new ScoredOfferConfig("offer-2", 0.25f)]);
            transaction.PutCapRules([new NamedDocument("rule", """{"limit":3}""")]);
            transaction.SetTotal("redeemed:offer-1", 17, "2026-01");
            transaction.PutFact("generation", new NamedDocument("week-1", "sealed"));
            transaction.Audit("publish", "week-1", "by force");
            transaction.PutAvailability(
                [
                    new AvailabilityRow { Subject = AvailabilitySubject.Offer, SubjectId = "offer-1", Available = false, Stock = 3, PriceMinor = 199, ValidFrom = Noon, ValidUntil = Noon.AddDays(1), Version = 7, Epoch = 1 },
                    new AvailabilityRow { Subject = AvailabilitySubject.Item, SubjectId = "i", Scope = AvailabilityScopeKind.Store, ScopeId = "s", Version = ulong.MaxValue, Epoch = 2 },
                ],
                2);
        });
        await Task.WhenAll(Enumerable.Range(0, members).Select(i => journal.Do(transaction =>
        {
            var id = $"member-{i:d5}";
            transaction.PutMember(Member(id));
            transaction.Append(new ActionRecord { Kind = ActionKind.Activation, At = Noon, MemberId = id, OfferId = "offer-1", Channel = "app", Detail = $$"""{"of":"{{id}}"}""" });
            transaction.PutAnswer("Activate", $"key-{i}", id, (UInt128)i, [1, 2, (byte)i]);
        })));
    }
}
