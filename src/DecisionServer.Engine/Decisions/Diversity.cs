using DecisionServer.Store;

namespace DecisionServer.Engine;

/// <summary>At most so many offers of one category and of one brand in a placement. A hard limit over all rungs: a slot stays empty rather than break it.</summary>
internal static class Diversity
{
    /// <summary>Whether one more offer of this category and brand may be shown. Offers without a category or brand are not limited.</summary>
    public static bool Allows(PlacementResult slot, Offer offer)
    {
        var placement = slot.Placement;
        if (placement.MaxPerCategory == int.MaxValue && placement.MaxPerBrand == int.MaxValue) return true;

        // A slot holds a hundred offers at most: counting them is cheaper than keeping counters.
        int sameCategory = 0, sameBrand = 0;
        foreach (ref readonly var shown in slot.Offers)
        {
            if (shown.Offer.CategoryId == offer.CategoryId) sameCategory++;
            if (shown.Offer.BrandId == offer.BrandId) sameBrand++;
        }

        return (offer.CategoryId < 0 || sameCategory < placement.MaxPerCategory) && (offer.BrandId < 0 || sameBrand < placement.MaxPerBrand);
    }
}
