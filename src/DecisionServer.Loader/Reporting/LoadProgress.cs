using System.Globalization;

namespace DecisionServer.Loader;

/// <summary>Tells on stderr how a load comes along: one line that renews itself on a terminal, else a line every few seconds.</summary>
internal sealed class LoadProgress : IDisposable
{
    private static readonly TimeSpan TerminalPeriod = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LinePeriod = TimeSpan.FromSeconds(5);

    private readonly LoaderHost _host;
    private readonly long _totalBytes;
    private readonly long _started;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private volatile ChunkReader? _chunks;
    private bool _lineIsOpen;

    /// <param name="host">Where to tell it.</param>
    /// <param name="ledger">What is counted.</param>
    /// <param name="totalBytes">Bytes of all inputs of sets; 0 where unknown.</param>
    public LoadProgress(LoaderHost host, LoadLedger ledger, long totalBytes)
    {
        (_host, Ledger, _totalBytes) = (host, ledger, totalBytes);
        _started = host.Clock.GetTimestamp();
        var period = host.ErrorIsTerminal ? TerminalPeriod : LinePeriod;
        _timer = host.Clock.CreateTimer(_ => Tell(), null, period, period);
    }

    public LoadLedger Ledger { get; }

    public TimeSpan Elapsed => _host.Clock.GetElapsedTime(_started);

    /// <summary>The reader at work, from now on.</summary>
    public void Reading(ChunkReader chunks) => _chunks = chunks;

    /// <summary>Says something of its own.</summary>
    public void Say(string message)
    {
        lock (_lock)
        {
            EndLine();
            _host.Error.WriteLine(message);
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        lock (_lock) EndLine();
    }

    private void Tell()
    {
        if (_chunks is not { } chunks) return;
        var line = Line(chunks.BytesTaken, Elapsed);
        lock (_lock)
        {
            if (_host.ErrorIsTerminal)
            {
                _host.Error.Write($"\r{line}\e[K");
                _lineIsOpen = true;
            }
            else
            {
                _host.Error.WriteLine(line);
            }
        }
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

    private void EndLine()
    {
        if (_lineIsOpen) _host.Error.WriteLine();
        _lineIsOpen = false;
    }
}
