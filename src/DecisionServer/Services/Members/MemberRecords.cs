using System.Globalization;
using DecisionServer.Journal;
using DecisionServer.Store;
using Google.Protobuf.WellKnownTypes;

namespace DecisionServer.Services.Members;

/// <summary>A member's state between journal, serving and contract.</summary>
internal static class MemberRecords
{
    /// <summary>Fills the state that serving keeps.</summary>
    public static void ToServing(MemberRecord record, MemberStateBuffer into)
    {
        into.Clear();
        into.Version = record.Version;
        foreach (var offer in record.Activated) into.Activated.Add(OfferKey.From(offer.OfferId));
        foreach (var offer in record.Redeemed) into.Redeemed.Add(OfferKey.From(offer.OfferId));
        foreach (var consent in record.Consents) into.Consents.Add(NameKey.From(consent));
        foreach (var segment in record.Segments) into.Segments.Add(NameKey.From(segment));
        foreach (var chain in record.ChainIds) into.Chains.Add(NameKey.From(chain));
    }

    /// <summary>Fills the counters that serving keeps, and notes their names where asked to. Names that are none are left out.</summary>
    public static void ToServing(MemberRecord record, MemberCounters into, Dictionary<ulong, string>? names = null)
    {
        into.Clear();
        foreach (var counter in record.Counters)
        {
            if (!CapRule.TryReadName(counter.Key, out var key)) continue;
            if (names is not null) names[key] = counter.Key;
            into.Restore(
                key, counter.PeriodStart is { } start ? DateOnly.FromDateTime(start.UtcDateTime).DayNumber : 0, (int)counter.Count,
                counter.Newest.Count == 0 ? null : [.. counter.Newest.Select(instant => instant.UtcTicks)]);
        }
    }

    /// <summary>The counters as the journal keeps them.</summary>
    public static IReadOnlyList<MemberCounter> ToJournal(MemberCounters counters, Dictionary<ulong, string> names)
    {
        var list = new List<MemberCounter>(counters.Count);
        foreach (ref readonly var counter in counters.Span)
        {
            var newest = new List<DateTimeOffset>();
            foreach (var ticks in counters.StampsOf(in counter)) newest.Add(new DateTimeOffset(ticks, TimeSpan.Zero));
            list.Add(new MemberCounter(names[counter.Key], PeriodStart(counter.Period), newest.Count > 0 ? 0 : counter.Count, newest));
        }

        return list;
    }

    /// <summary>The period of a total as the journal keeps it: the first local day, or empty.</summary>
    public static string PeriodText(int period) =>
        period == 0 ? "" : DateOnly.FromDayNumber(period).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>The other way round.</summary>
    public static int ReadPeriod(string text) =>
        text.Length == 0 ? 0 : DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture).DayNumber;

    /// <summary>The state as the contract shows it.</summary>
    public static V1.MemberState ToProto(MemberRecord record)
    {
        var state = new V1.MemberState
        {
            MemberId = record.MemberId,
            Version = record.Version,
            Profile = new V1.MemberProfile
            {
                Consents = { record.Consents },
                Segments = { record.Segments },
                ChainIds = { record.ChainIds },
            },
        };
        foreach (var (key, value) in record.Attributes) state.Profile.Attributes.Add(key, value);
        foreach (var offer in record.Activated)
            state.Activated.Add(new V1.ActivatedOffer { OfferId = offer.OfferId, ActivatedAt = Timestamp.FromDateTimeOffset(offer.At) });
        foreach (var offer in record.Redeemed)
            state.Redeemed.Add(new V1.RedeemedOffer { OfferId = offer.OfferId, RedeemedAt = Timestamp.FromDateTimeOffset(offer.At) });
        return state;
    }

    private static DateTimeOffset? PeriodStart(int period) =>
        period == 0 ? null : new DateTimeOffset(DateOnly.FromDayNumber(period).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
}
