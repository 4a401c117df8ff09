using DecisionServer.Store;

namespace DecisionServer.Services.Members;

/// <summary>Finds the counters of an event that is told by names, and their names.</summary>
internal static class EventTargets
{
    /// <summary>Finds them into <see cref="MemberWriter.Targets"/>.</summary>
    public static void Find(MemberWriter writer, CapEvent capEvent, string customKind, string offerId, string placement, string channel) =>
        Find(writer.Serving, writer.Targets, capEvent, customKind, offerId, placement, channel);

    /// <summary>Finds them into <paramref name="into"/>.</summary>
    public static void Find(Serving serving, CapTargets into, CapEvent capEvent, string customKind, string offerId, string placement, string channel)
    {
        // Without a generation, or with an offer that is none of it, only caps that belong to no offer count.
        var catalogue = serving.Current?.Catalogue;
        var caps = catalogue is not null && catalogue.TryGetIndex(offerId, out var index) ? catalogue[index].Caps : [];
        into.Find(serving.Caps, caps, capEvent, customKind, OfferKey.From(offerId), KeyOf(placement), KeyOf(channel));
    }

    /// <summary>The name of a counter found.</summary>
    public static string Name(CapTarget target, string offerId, string placement, string channel) => target.Rule.CounterName(target.Rule.Scope switch
    {
        CapScope.Offer => offerId,
        CapScope.Placement => placement,
        _ => channel,
    });

    private static ulong KeyOf(string name) => name.Length == 0 ? 0 : NameKey.From(name);
}
