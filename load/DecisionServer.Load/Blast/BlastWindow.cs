using System.Diagnostics;

namespace DecisionServer.Load.Blast;

/// <summary>The times of a blast, in ticks of <see cref="Stopwatch"/>.</summary>
/// <param name="Begin">The first call.</param>
/// <param name="Start">Measuring starts.</param>
/// <param name="End">The last call; measuring ends.</param>
/// <param name="GiveUp">What has no answer by now is unanswered.</param>
internal readonly record struct BlastWindow(long Begin, long Start, long End, long GiveUp)
{
    public static BlastWindow From(long now, BlastOptions options)
    {
        long start = now + Ticks(options.Warmup);
        long end = start + Ticks(options.Seconds);
        return new BlastWindow(now, start, end, end + Ticks(options.Grace));
    }

    private static long Ticks(double seconds) => (long)(seconds * Stopwatch.Frequency);
}
