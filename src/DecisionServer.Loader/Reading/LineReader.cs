using System.Text;

namespace DecisionServer.Loader;

/// <summary>Cuts an input into lines, counts them, and passes over blank ones and a byte-order mark.</summary>
internal sealed class LineReader(InputSource source, int maxLineBytes)
{
    private bool _started;
    private int _length;

    /// <summary>Number of the line just taken, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>Takes the next line that is not blank. It stays in the window until the next call.</summary>
    public ReadStep Take(out ReadOnlySpan<byte> line)
    {
        var window = source.Window;
        line = default;
        window.Consume(_length);
        _length = 0;
        if (!_started)
        {
            if (window.Unread.Length < 3 && !window.IsCompleted) return ReadStep.NeedMore;
            if (window.Unread.StartsWith(Encoding.UTF8.Preamble)) window.Consume(Encoding.UTF8.Preamble.Length);
            _started = true;
        }

        while (true)
        {
            var data = window.Unread;
            var end = data.IndexOf((byte)'\n');
            if ((end < 0 ? data.Length : end) > maxLineBytes)
                throw new InputException(new InputPlace(source.Spec.Name, Line + 1, false), $"the line is longer than {maxLineBytes} bytes", "is this another kind of file?");
            if (end < 0 && !window.IsCompleted) return ReadStep.NeedMore;
            if (end < 0 && data.IsEmpty) return ReadStep.End;
            Line++;
            _length = end < 0 ? data.Length : end + 1;
            line = data[.._length].TrimEnd("\r\n \t"u8);
            if (!line.IsEmpty) return ReadStep.Record;
            window.Consume(_length);
            _length = 0;
        }
    }
}
