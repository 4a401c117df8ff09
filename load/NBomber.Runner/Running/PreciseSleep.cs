using System.Diagnostics;
using System.Runtime.InteropServices;

namespace NBomber.Running;

/// <summary>Sleeps to some microseconds; <see cref="Thread.Sleep(int)"/> knows whole milliseconds only, which would show in every latency.</summary>
internal static partial class PreciseSleep
{
    private const int SetTimerSlack = 29;

    /// <summary>Lets this thread wake when it asked to; the default slack is 50 µs.</summary>
    public static void PrepareThread()
    {
        if (OperatingSystem.IsLinux())
            _ = prctl(SetTimerSlack, 1, 0, 0, 0);
    }

    /// <summary>Sleeps.</summary>
    /// <param name="seconds">How long; at most a tenth of a second of it.</param>
    public static unsafe void Sleep(double seconds)
    {
        seconds = Math.Min(seconds, 0.1);
        if (seconds <= 0)
            return;
        if (!OperatingSystem.IsLinux())
        {
            Thread.Sleep(TimeSpan.FromSeconds(seconds));
            return;
        }

        var time = new TimeSpec { Nanoseconds = (nint)(seconds * 1e9) };
        _ = nanosleep(&time, null);
    }

    [LibraryImport("libc")]
    private static unsafe partial int nanosleep(TimeSpec* time, TimeSpec* remaining);

    [LibraryImport("libc")]
    private static partial int prctl(int option, nuint second, nuint third, nuint fourth, nuint fifth);

    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
