using DecisionServer.Engine;
using DecisionServer.Loader;
using DecisionServer.Store;

namespace DecisionServer.Benchmarks;

/// <summary>Situations that more than one measurement looks at.</summary>
internal static class Scenes
{
    /// <summary>A search that found items of the generated catalogue.</summary>
    public static SearchRequest Search(int items)
    {
        var request = new SearchRequest();
        for (var i = 0; i < items; i++) request.Items.Add(new SearchItem(CatalogueGenerator.ItemId(i * 7), items - i, "", ""));
        return request;
    }

    /// <summary>Updates of one row, so many different ones.</summary>
    public static AvailabilityUpdate[][] Updates(int count) =>
    [
        .. Enumerable.Range(0, count).Select(i => new[]
        {
            new AvailabilityUpdate { Subject = AvailabilitySubject.Offer, SubjectId = CatalogueGenerator.OfferId(i % 2_000), Available = i % 2 == 0 },
        }),
    ];

    /// <summary>Caps that every decision has to look at.</summary>
    public static CapRuleSet Caps() => CapRuleSet.Empty.With(
        [
            new CapRuleConfig { Name = "a", Event = CapEvent.Impression, Per = CapPer.Member, Limit = 90, Window = CapWindow.Rolling(TimeSpan.FromDays(1)) },
            new CapRuleConfig { Name = "b", Event = CapEvent.Click, Scope = CapScope.Everywhere, Per = CapPer.Total, Limit = 900_000, Window = CapWindow.Month },
        ],
        [], out _, out _);

    /// <summary>A record as it lies in the store, and what it was packed from.</summary>
    public static (ScoredOffer[] Offers, byte[] Record) Record()
    {
        ScoredOffer[] offers = [.. Enumerable.Range(0, GeneratedWeek.SetSize).Select(i => new ScoredOffer(i * 31, (9_900 - (i * 200)) / 10_000f))];
        var record = new byte[RecordCodec.MaxBytes];
        return (offers, record[..RecordCodec.PackOffers(1, offers, record)]);
    }
}
