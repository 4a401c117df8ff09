namespace DecisionServer.Tests.RealWeeks;

/// <summary>
/// What the server must answer for placement "default", said as plainly as possible: a member's offers by score, then the
/// ladder's most scored offers, none outside its validity, ties by id.
/// </summary>
internal sealed class SlowReference(Week week, DateTimeOffset now)
{
    private readonly List<string> _popular =
    [
        .. week.Sets.Values
            .SelectMany(set => set)
            .GroupBy(entry => entry.Key, entry => (double)entry.Value)
            .OrderByDescending(group => Math.Round(group.Sum(), 6))
            .ThenBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => group.Key),
    ];

    public IReadOnlyList<(string Offer, bool IsMembers)> NextBestOffers(string member, int count)
    {
        Dictionary<string, float> set = week.Sets.GetValueOrDefault(member, []);
        var own = set
            .OrderByDescending(entry => entry.Value)
            .ThenBy(entry => entry.Key, StringComparer.Ordinal)
            .Select(entry => (entry.Key, true));
        var fallback = _popular.Where(offer => !set.ContainsKey(offer)).Select(offer => (offer, false));
        return [.. own.Concat(fallback).Where(entry => IsValid(entry.Item1)).Take(count)];
    }

    public bool IsValid(string offer) => week.Offers[offer].From <= now && now < week.Offers[offer].Until;
}
