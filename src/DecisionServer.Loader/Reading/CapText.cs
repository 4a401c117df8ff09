using System.Globalization;
using System.Text;
using DecisionServer.V1;

namespace DecisionServer.Loader;

/// <summary>
/// Caps written as text: event, whose, limit and window, parted by colons: "redemption:total:1000", "impression:member:3:day", "click:member:5:36h",
/// "custom.scan:member:1". Without a window: forever.
/// </summary>
internal static class CapText
{
    private const int MaxLimit = 1_000_000;
    private const int MaxRollingLimit = 100;
    private const long MaxRollingSeconds = 366 * 86_400L;
    private const string Custom = "custom.";

    /// <summary>Adds a cap to an offer; returns the fault, or null.</summary>
    public static string? Add(string text, Offer offer)
    {
        var parts = text.Split(':');
        var cap = new CapRule { Scope = CapScope.Offer };
        if (parts.Length is < 3 or > 4
            || !TrySetEvent(parts[0], cap)
            || !TrySetPer(parts[1], cap)
            || !int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
            || !TrySetWindow(parts.Length == 4 ? parts[3] : "forever", cap))
        {
            return $"caps: '{Text.Shorten(text, 60)}' is not of the form event:member|total:limit[:window], for example redemption:total:1000 or impression:member:3:day";
        }

        cap.Limit = limit;
        offer.Caps.Add(cap);
        return null;
    }

    /// <summary>The limits of offer.proto.</summary>
    public static void Check(CapRule cap, List<string> faults)
    {
        var isRolling = cap.Window == CapWindow.Rolling;
        if (cap.Event is < CapEvent.Impression or > CapEvent.Custom) faults.Add($"caps: {(int)cap.Event} is not a known event");
        if (cap.Event == CapEvent.Custom && !Id.IsValid(Encoding.UTF8.GetBytes(cap.CustomKind))) faults.Add("caps: a custom event needs its kind, 1 to 64 bytes");
        if (cap.Event != CapEvent.Custom && cap.CustomKind.Length > 0) faults.Add("caps: a kind is given, but the event is not a custom one");
        if (cap.Per is not (CapPer.Member or CapPer.Total)) faults.Add($"caps: {(int)cap.Per} is neither member nor total");
        if (cap.Scope is not (CapScope.Offer or CapScope.Unspecified) || cap.Name.Length + cap.Target.Length > 0)
            faults.Add("caps: a cap of an offer has neither name nor target, and its scope is the offer");
        if (cap.Window is < CapWindow.Unspecified or > CapWindow.Month) faults.Add($"caps: {(int)cap.Window} is not a known window");
        var most = isRolling ? MaxRollingLimit : MaxLimit;
        if (cap.Limit < 1 || cap.Limit > most) faults.Add($"caps: the limit {cap.Limit} is not between 1 and {most}{(isRolling ? " (for a rolling window)" : "")}");
        if (isRolling && cap.Per == CapPer.Total) faults.Add("caps: a cap in total cannot roll; take day, week, month or forever");
        if (isRolling ? cap.RollingSeconds is < 1 or > MaxRollingSeconds : cap.RollingSeconds != 0)
            faults.Add($"caps: a rolling window of {cap.RollingSeconds} s is not between 1 s and 366 d");
    }

    private static bool TrySetEvent(string text, CapRule cap)
    {
        if (text.StartsWith(Custom, StringComparison.Ordinal)) (cap.Event, cap.CustomKind) = (CapEvent.Custom, text[Custom.Length..]);
        else cap.Event = text switch
        {
            "impression" => CapEvent.Impression,
            "click" => CapEvent.Click,
            "activation" => CapEvent.Activation,
            "redemption" => CapEvent.Redemption,
            _ => CapEvent.Unspecified,
        };
        return cap.Event != CapEvent.Unspecified;
    }

    private static bool TrySetPer(string text, CapRule cap)
    {
        cap.Per = text switch { "member" => CapPer.Member, "total" => CapPer.Total, _ => CapPer.Unspecified };
        return cap.Per != CapPer.Unspecified;
    }

    private static bool TrySetWindow(string text, CapRule cap)
    {
        cap.Window = text switch
        {
            "forever" => CapWindow.Forever,
            "day" => CapWindow.Day,
            "week" => CapWindow.Week,
            "month" => CapWindow.Month,
            _ => CapWindow.Rolling,
        };
        if (cap.Window != CapWindow.Rolling) return true;
        var unit = text.Length == 0 ? 0 : text[^1] switch { 's' => 1L, 'm' => 60, 'h' => 3_600, 'd' => 86_400, _ => 0 };
        if (unit == 0 || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;
        cap.RollingSeconds = number * unit;
        return true;
    }
}
