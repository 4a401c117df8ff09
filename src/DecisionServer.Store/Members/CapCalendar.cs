namespace DecisionServer.Store;

/// <summary>Calendar periods in one time zone. A period is named by the number of its first local day (<see cref="DateOnly.DayNumber"/>).</summary>
public sealed class CapCalendar(TimeZoneInfo zone)
{
    // Local midnights and changes of the clock fall on quarters of an hour of UTC, so within one the answer does not change.
    private const long SlotTicks = 15 * TimeSpan.TicksPerMinute;
    private volatile Slot? _last;

    /// <summary>The time zone.</summary>
    public TimeZoneInfo Zone => zone;

    /// <summary>The period that an instant is in; 0 for windows that are not of the calendar.</summary>
    public int PeriodOf(CapWindowKind window, long utcTicks)
    {
        if (window < CapWindowKind.Day) return 0;
        var slot = _last;
        var number = utcTicks / SlotTicks;
        if (slot is null || slot.Number != number) _last = slot = Make(number, utcTicks);
        return window == CapWindowKind.Day ? slot.Day : window == CapWindowKind.Week ? slot.Week : slot.Month;
    }

    private Slot Make(long number, long utcTicks)
    {
        var local = DateOnly.FromDateTime(TimeZoneInfo.ConvertTimeFromUtc(new DateTime(utcTicks, DateTimeKind.Utc), zone));
        var sinceMonday = ((int)local.DayOfWeek + 6) % 7;
        return new Slot(number, local.DayNumber, local.DayNumber - sinceMonday, local.DayNumber - local.Day + 1);
    }

    private sealed record Slot(long Number, int Day, int Week, int Month);
}
