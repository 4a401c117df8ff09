using System.Globalization;
using Google.Protobuf.WellKnownTypes;

namespace DecisionServer.Loader;

/// <summary>Dates of offers: days ("2017-08-27", in UTC, the last day included) or RFC 3339 instants (the end excluded).</summary>
internal static class OfferDates
{
    private const string Day = "yyyy-MM-dd";
    private static readonly string[] Instants = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd't'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK"];

    /// <summary>
    /// Parses the beginning or end of validity. For an end, a day means the beginning of the next one; the last day of the calendar,
    /// 9999-12-31, means for ever: no timestamp.
    /// </summary>
    public static bool TryParse(string text, bool isEnd, out Timestamp? timestamp)
    {
        timestamp = null;
        if (DateOnly.TryParseExact(text, Day, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            if (isEnd && day == DateOnly.MaxValue) return true;
            timestamp = Timestamp.FromDateTime(day.AddDays(isEnd ? 1 : 0).ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc));
            return true;
        }

        // Without an offset it is not an instant.
        var hasOffset = text.EndsWith('Z') || text.EndsWith('z') || (text.Length > 19 && text[^6] is '+' or '-' && text[^3] == ':');
        if (!hasOffset) return false;
        if (!DateTimeOffset.TryParseExact(text.ToUpperInvariant(), Instants, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var instant)) return false;
        timestamp = Timestamp.FromDateTimeOffset(instant);
        return true;
    }
}
