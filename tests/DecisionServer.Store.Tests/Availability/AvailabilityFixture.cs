namespace DecisionServer.Store.Tests.Availability;

/// <summary>Short ways to write catalogues, updates and questions.</summary>
internal static class AvailabilityFixture
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    public static AvailabilityStore NewStore(int maxRows = 10_000, int recentChanges = 1_024) =>
        new(new AvailabilityOptions { MaxRows = maxRows, RecentChanges = recentChanges });

    public static CatalogueSnapshot CatalogueOf(params (string Id, string[] Items)[] offers) =>
        CatalogueSnapshot.Build([.. offers.Select(offer => new OfferConfig { OfferId = offer.Id, ItemIds = offer.Items })]);

    public static AvailabilityUpdate Offer(string id, string chain = "", string store = "") =>
        Row(AvailabilitySubject.Offer, id, chain, store);

    public static AvailabilityUpdate Item(string id, string chain = "", string store = "") =>
        Row(AvailabilitySubject.Item, id, chain, store);

    public static AvailabilityResult Put(this AvailabilityStore store, params AvailabilityUpdate[] updates) => store.Apply(updates, null);

    public static AvailabilityVerdict Judge(this AvailabilityView view, string offerId, string chain = "", string store = "", DateTimeOffset? now = null)
    {
        var scope = view.Resolve(chain, store);
        return view.Judge(view.Offer(offerId), in scope, (now ?? Noon).UtcTicks);
    }

    public static AvailabilityVerdict JudgeItem(this AvailabilityView view, string itemId, string chain = "", string store = "")
    {
        var scope = view.Resolve(chain, store);
        return view.JudgeItem(ItemKey.From(itemId), in scope, Noon.UtcTicks);
    }

    public static long? Price(this AvailabilityView view, string offerId, string chain = "", string store = "")
    {
        var scope = view.Resolve(chain, store);
        return view.TryGetPrice(view.Offer(offerId), in scope, out var price) ? price : null;
    }

    public static long ValidUntil(this AvailabilityView view, string offerId, string chain = "", string store = "")
    {
        var scope = view.Resolve(chain, store);
        return view.ValidUntilTicks(view.Offer(offerId), in scope);
    }

    public static Offer Offer(this AvailabilityView view, string offerId)
    {
        Assert.True(view.Catalogue.TryGetIndex(offerId, out var index));
        return view.Catalogue[index];
    }

    private static AvailabilityUpdate Row(AvailabilitySubject subject, string id, string chain, string store) => new()
    {
        Subject = subject,
        SubjectId = id,
        Scope = store.Length > 0 ? AvailabilityScopeKind.Store : chain.Length > 0 ? AvailabilityScopeKind.Chain : AvailabilityScopeKind.Everywhere,
        ScopeId = store.Length > 0 ? store : chain,
    };
}
