using System.Diagnostics;
using System.Globalization;

namespace DecisionServer.Load.Calls;

/// <summary>How long a caller waits. The server is told with the call, as clients of gRPC do it.</summary>
public sealed class CallDeadline
{
    /// <summary>Of some milliseconds.</summary>
    /// <param name="milliseconds">At least 1, at most 99,999,999.</param>
    public CallDeadline(int milliseconds)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(milliseconds, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(milliseconds, 99_999_999);
        Ticks = milliseconds * Stopwatch.Frequency / 1000;
        Header = string.Create(CultureInfo.InvariantCulture, $"{milliseconds}m");
    }

    /// <summary>In ticks of <see cref="Stopwatch"/>.</summary>
    public long Ticks { get; }

    /// <summary>The value of grpc-timeout.</summary>
    public string Header { get; }

    /// <summary>Whether it has passed.</summary>
    /// <param name="due">When the call was due.</param>
    /// <param name="now">The time.</param>
    public bool Passed(long due, long now) => now - due > Ticks;
}
