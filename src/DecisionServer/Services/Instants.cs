using Google.Protobuf.WellKnownTypes;

namespace DecisionServer.Services;

/// <summary>Instants between the contract and the store, to 100 nanoseconds.</summary>
internal static class Instants
{
    private static readonly long MinSeconds = DateTimeOffset.MinValue.ToUnixTimeSeconds();
    private static readonly long MaxSeconds = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    /// <summary>The instant of a field; null where it is absent or, with an error added as "field: fault", out of range.</summary>
    public static DateTimeOffset? Read(Timestamp? timestamp, string field, ICollection<string> errors)
    {
        if (timestamp is null) return null;
        if (timestamp.Seconds >= MinSeconds && timestamp.Seconds <= MaxSeconds && timestamp.Nanos is >= 0 and <= 999_999_999)
            return timestamp.ToDateTimeOffset();
        errors.Add($"{field}: {timestamp.Seconds} s and {timestamp.Nanos} ns is not an instant between 0001-01-01T00:00:00Z and 9999-12-31T23:59:59.999999999Z");
        return null;
    }

    /// <summary>The field of an instant.</summary>
    public static Timestamp? Write(DateTimeOffset? instant) => instant is { } given ? Timestamp.FromDateTimeOffset(given) : null;
}
