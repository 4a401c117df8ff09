using DecisionServer.Tests.Support;
using static DecisionServer.Store.AvailabilityVerdict;
using static DecisionServer.Store.Tests.Availability.AvailabilityFixture;

namespace DecisionServer.Store.Tests.Availability;

public class AvailabilityViewTests
{
    [Fact]
    public void Judge_NothingSaid_Available()
    {
        using var store = NewStore();
        var view = store.Attach(CatalogueOf(("o", ["i"])));

        Assert.Equal(Available, view.Judge("o", "c", "s"));
        Assert.Equal(Available, view.JudgeItem("i", "c", "s"));
        Assert.Null(view.Price("o", "c", "s"));
        Assert.Equal(long.MaxValue, view.ValidUntil("o", "c", "s"));
    }

    [Theory]
    [InlineData(false, null, Unavailable)]
    [InlineData(false, 0L, Unavailable)]
    [InlineData(true, 0L, OutOfStock)]
    [InlineData(null, 0L, OutOfStock)]
    [InlineData(null, 1L, Available)]
    [InlineData(true, null, Available)]
    public void Judge_SwitchAndStock_GiveTheReason(bool? available, long? stock, AvailabilityVerdict verdict)
    {
        using var store = NewStore();
        var view = store.Attach(CatalogueOf(("o", [])));

        store.Put(Offer("o") with { Available = available, Stock = stock }, Item("i") with { Available = available, Stock = stock });

        Assert.Equal(verdict, view.Judge("o"));
        Assert.Equal(verdict, view.JudgeItem("i"));
    }

    [Theory]
    [InlineData(-1, NotYetValid)]
    [InlineData(0, Available)]
    [InlineData(9, Available)]
    [InlineData(10, Expired)]
    public void Judge_Window_FromInclusiveUntilExclusive(int ticks, AvailabilityVerdict verdict)
    {
        using var store = NewStore();
        var view = store.Attach(CatalogueOf(("o", [])));

        store.Put(Offer("o") with { ValidFrom = Noon, ValidUntil = Noon.AddTicks(10) });

        Assert.Equal(verdict, view.Judge("o", now: Noon.AddTicks(ticks)));
        Assert.Equal(Noon.UtcTicks + 10, view.ValidUntil("o"));
    }

    [Theory]
    [InlineData("", "", Available)]
    [InlineData("c", "", OutOfStock)]
    [InlineData("", "s", Unavailable)]
    [InlineData("c", "s", OutOfStock)]
    [InlineData("s", "c", Available)]
    [InlineData("other", "other", Available)]
    public void Judge_Scopes_EachThatAppliesMustAllow(string chain, string shop, AvailabilityVerdict verdict)
    {
        using var store = NewStore();
        var view = store.Attach(CatalogueOf(("o", [])));

        store.Put(
            Offer("o") with { Available = true },
            Offer("o", chain: "c") with { Stock = 0 },
            Offer("o", store: "s") with { Available = false },
            Item("i", chain: "c") with { Stock = 0 },
            Item("i", store: "s") with { Available = false });

        Assert.Equal(verdict, view.Judge("o", chain, shop));
        Assert.Equal(verdict, view.JudgeItem("i", chain, shop));
    }

    [Fact]
    public void Judge_OffEverywhereOnInTheStore_StaysOff()
    {
        using var store = NewStore();
        var view = store.Attach(CatalogueOf(("o", [])));

        store.Put(Offer("o") with { Available = false }, Offer("o", store: "s") with { Available = true, Stock = 5 });

        Assert.Equal(Unavailable, view.Judge("o", "", "s"));
    }

    [Fact]
    public void Judge_Items_OutOnlyWhenEveryOneIs()
    {
        using var store = NewStore();
        var view = store.Attach(CatalogueOf(("both", ["i1", "i2"]), ("one", ["i1"]), ("none", [])));

        store.Put(Item("i1") with { Stock = 0 });
        Assert.Equal((Available, OutOfStock, Available), (view.Judge("both"), view.Judge("one"), view.Judge("none")));

        store.Put(Item("i2") with { Stock = 0 });
        Assert.Equal(OutOfStock, view.Judge("both"));

        store.Put(Item("i2") with { Available = false });
        Assert.Equal(Unavailable, view.Judge("both"));

        store.Put(Item("i1") with { Stock = 3 });
        Assert.Equal((Available, Available), (view.Judge("both"), view.Judge("one")));
    }

    [Fact]
    public void Judge_ItemsOutInDifferentScopes_OutWhereAllApply()
    {
        using var store = NewStore();
        var view = store.Attach(CatalogueOf(("o", ["i1", "i2", "i3"])));

        store.Put(Item("i1") with { Stock = 0 }, Item("i2", chain: "c") with { Stock = 0 }, Item("i3", store: "s") with { Stock = 0 });

        Assert.Equal(Available, view.Judge("o"));
        Assert.Equal(Available, view.Judge("o", "c", ""));
        Assert.Equal(Available, view.Judge("o", "", "s"));
        Assert.Equal(OutOfStock, view.Judge("o", "c", "s"));
    }

    [Fact]
    public void Judge_AllItemsExpiredOrMixed_SameReasonOrUnavailable()
    {
        using var store = NewStore();
        var view = store.Attach(CatalogueOf(("o", ["i1", "i2"])));

        store.Put(Item("i1") with { ValidUntil = Noon }, Item("i2") with { ValidUntil = Noon });
        Assert.Equal((Available, Expired), (view.Judge("o", now: Noon.AddTicks(-1)), view.Judge("o")));

        store.Put(Item("i2") with { Stock = 0 });
        Assert.Equal(Unavailable, view.Judge("o"));
    }

    [Fact]
    public void Judge_OfferRowForbids_ItsReasonComesFirst()
    {
        using var store = NewStore();
        var view = store.Attach(CatalogueOf(("o", ["i"])));

        store.Put(Item("i") with { Stock = 0 }, Offer("o") with { ValidFrom = Noon.AddDays(1) });

        Assert.Equal(NotYetValid, view.Judge("o"));
    }

    [Fact]
    public void TryGetPrice_SeveralScopes_ClosestThatSaysOne()
    {
        using var store = NewStore();
        var view = store.Attach(CatalogueOf(("o", []), ("p", [])));

        store.Put(
            Offer("o") with { PriceMinor = 300 },
            Offer("o", chain: "c") with { PriceMinor = 200 },
            Offer("o", store: "s") with { PriceMinor = 0 },
            Offer("o", store: "t") with { Stock = 1 },
            Offer("p", store: "s") with { PriceMinor = 1 });

        Assert.Equal([300, 200, 0, 0, 200, 300], new[]
        {
            view.Price("o"), view.Price("o", "c"), view.Price("o", "c", "s"), view.Price("o", "", "s"), view.Price("o", "c", "t"), view.Price("o", "", "t"),
        });
        Assert.Null(view.Price("p", "c", "t"));
    }

    [Fact]
    public void ValidUntilTicks_SeveralScopes_TheEarliest()
    {
        using var store = NewStore();
        var view = store.Attach(CatalogueOf(("o", [])));

        store.Put(
            Offer("o") with { ValidUntil = Noon.AddDays(2) },
            Offer("o", chain: "c") with { ValidUntil = Noon.AddDays(3) },
            Offer("o", store: "s") with { ValidUntil = Noon.AddDays(1) });

        Assert.Equal(Noon.AddDays(2).UtcTicks, view.ValidUntil("o", "c"));
        Assert.Equal(Noon.AddDays(1).UtcTicks, view.ValidUntil("o", "c", "s"));
    }

    [Fact]
    public void Attach_AfterUpdates_ShowsThemAndTheirEpoch()
    {
        using var store = NewStore();
        store.Put(Offer("o") with { Available = false }, Offer("p", store: "s") with { Stock = 0 }, Item("i") with { Stock = 0 }, Item("j", chain: "c") with { Stock = 0 });

        var view = store.Attach(CatalogueOf(("x", []), ("p", []), ("o", []), ("i", ["i"]), ("ij", ["i", "j"])));

        Assert.Equal(4UL, view.Epoch);
        Assert.Equal((Unavailable, Available, OutOfStock), (view.Judge("o"), view.Judge("p"), view.Judge("p", "", "s")));
        Assert.Equal((OutOfStock, Available, OutOfStock), (view.Judge("i"), view.Judge("ij"), view.Judge("ij", "c")));
    }

    [Fact]
    public void Apply_SeveralViews_AllUpToDateAndTheDetachedOneStands()
    {
        using var store = NewStore();
        var first = store.Attach(CatalogueOf(("a", []), ("b", ["i"])));
        var second = store.Attach(CatalogueOf(("b", ["i"]), ("c", [])));

        store.Put(Offer("a") with { Stock = 0 }, Item("i") with { Stock = 0 });
        store.Detach(first);
        store.Put(Offer("c") with { Stock = 0 });

        Assert.Equal((2UL, 3UL, 3UL), (first.Epoch, second.Epoch, store.Epoch));
        Assert.Equal((OutOfStock, OutOfStock, OutOfStock, OutOfStock), (first.Judge("a"), first.Judge("b"), second.Judge("b"), second.Judge("c")));
    }

    [Fact]
    public void Judge_OfferOverTwentyThousandItems_FollowsEachOfThem()
    {
        using var store = NewStore(maxRows: 50_000);
        string[] items = [.. Enumerable.Range(0, OfferConfig.MaxItems).Select(i => $"i{i}")];
        var view = store.Attach(CatalogueOf(("big", items)));

        store.Apply([.. items.Select(id => Item(id) with { Stock = 0 })], null);
        Assert.Equal(OutOfStock, view.Judge("big"));

        store.Put(Item("i12345") with { Stock = 1 });
        Assert.Equal(Available, view.Judge("big", "c", "s"));

        store.Put(Item("i12345", store: "s") with { Stock = 0 });
        Assert.Equal((Available, OutOfStock), (view.Judge("big"), view.Judge("big", "c", "s")));
        Assert.Equal(Available, view.JudgeItem("never spoken of"));
    }

    [Fact]
    public void Judge_AfterWarmUp_AllocatesNothing()
    {
        using var store = NewStore();
        var view = store.Attach(CatalogueOf(("o", ["i", "j"]), ("p", ["i"])));
        store.Put(
            Offer("o") with { PriceMinor = 5, ValidUntil = Noon.AddDays(1) },
            Offer("o", chain: "c") with { PriceMinor = 4 },
            Item("i") with { Stock = 0 },
            Item("j", store: "s") with { Stock = 1 });
        var (o, p, item) = (view.Offer("o"), view.Offer("p"), ItemKey.From("i"));
        var sum = 0L;

        Assert.Equal(0, Allocations.Of(() => sum += Decide(), times: 1_000));
        Assert.NotEqual(0, sum);

        long Decide()
        {
            var scope = view.Resolve("c", "s");
            view.TryGetPrice(o, in scope, out var price);
            return price + (long)view.Judge(o, in scope, Noon.UtcTicks) + (long)view.Judge(p, in scope, Noon.UtcTicks)
                + (long)view.JudgeItem(item, in scope, Noon.UtcTicks) + (view.ValidUntilTicks(o, in scope) & 1) + (long)view.Epoch;
        }
    }
}
