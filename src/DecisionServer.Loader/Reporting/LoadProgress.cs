using System.Globalization;

namespace DecisionServer.Loader;

/// <summary>Tells on stderr how a load comes along: one line that renews itself on a terminal, else a line every few seconds.</summary>
internal sealed class LoadProgress : IDisposable
{
    private static readonly TimeSpan TerminalPeriod = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LinePeriod = TimeSpan.FromSeconds(5);

    private readonly ErrorConsole _console;
    private readonly TimeProvider _clock;
    private readonly long _totalBytes;
    private readonly long _started;
    private readonly ITimer _timer;
    private volatile ChunkReader? _chunks;

    /// <param name="console">Where to tell it.</param>
    /// <param name="clock">Time.</param>
    /// <param name="ledger">What is counted.</param>
    /// <param name="totalBytes">Bytes of all inputs of sets; 0 where unknown.</param>
    public LoadProgress(ErrorConsole console, TimeProvider clock, LoadLedger ledger, long totalBytes)
    {
        (_console, _clock, Ledger, _totalBytes) = (console, clock, ledger, totalBytes);
        _started = clock.GetTimestamp();
        var period = console.IsTerminal ? TerminalPeriod : LinePeriod;
        _timer = clock.CreateTimer(_ => Tell(), null, period, period);
    }

    public LoadLedger Ledger { get; }

    public TimeSpan Elapsed => _clock.GetElapsedTime(_started);

    /// <summary>The reader at work, from now on.</summary>
    public void Reading(ChunkReader chunks) => _chunks = chunks;

    /// <summary>Says something of its own.</summary>
    public void Say(string message) => _console.Say(message);

    public void Dispose()
    {
        _timer.Dispose();
        _console.End();
    }

    private void Tell()
    {
        if (_chunks is { } chunks) _console.Renew(Line(chunks.BytesTaken, Elapsed));
    }

    private string Line(long bytes, TimeSpan elapsed)
    {
        var seconds = Math.Max(0.001, elapsed.TotalSeconds);
        var stored = Ledger.Sent + Ledger.Skipped;
        var rates = string.Create(CultureInfo.InvariantCulture, $"{Text.Number(stored)} sets, {Text.Number((long)(stored / seconds))} sets/s, {bytes / seconds / 1e6:0.0} MB/s");
        if (_totalBytes == 0) return rates;
        var share = Math.Min(1, (double)bytes / _totalBytes);
        var left = share > 0 ? TimeSpan.FromSeconds(seconds * (1 - share) / share) : TimeSpan.Zero;
        return string.Create(CultureInfo.InvariantCulture, $"{share,6:P1}  {rates}, {left:hh\\:mm\\:ss} left");
    }
}
