using System.Buffers;

namespace DecisionServer.Loader;

/// <summary>What became of an attempt to take a row.</summary>
internal enum CsvRowStatus
{
    /// <summary>A row was taken; its fields are there.</summary>
    Row,

    /// <summary>The row does not end within the bytes given.</summary>
    Incomplete,

    /// <summary>The row is not CSV, see <see cref="CsvRow.Fault"/>; the bytes up to the next line end were taken.</summary>
    Malformed,

    /// <summary>A quote is open at the end of the input.</summary>
    UnclosedQuote,
}

/// <summary>Cuts one row of RFC 4180 into fields, without copying but for doubled quotes. Reused from row to row.</summary>
internal sealed class CsvRow(int maxFields)
{
    private static readonly SearchValues<byte> FieldEnds = SearchValues.Create(",\n\""u8);

    private readonly int[] _starts = new int[maxFields];
    private readonly int[] _lengths = new int[maxFields];
    private readonly bool[] _doubled = new bool[maxFields];
    private byte[] _unescaped = [];

    /// <summary>Fields of the row; those past the most that can be kept are counted only.</summary>
    public int Count { get; private set; }

    /// <summary>Line ends within the row, its own included.</summary>
    public int Lines { get; private set; }

    /// <summary>What is wrong with a malformed row.</summary>
    public string Fault { get; private set; } = "";

    /// <summary>Takes the row at the beginning of <paramref name="data"/>.</summary>
    /// <param name="data">Bytes from the beginning of a row.</param>
    /// <param name="final">No bytes follow.</param>
    /// <param name="consumed">Bytes of the row with its line end.</param>
    public CsvRowStatus Take(ReadOnlySpan<byte> data, bool final, out int consumed)
    {
        Count = 0;
        Lines = 0;
        consumed = 0;
        var position = 0;
        while (true)
        {
            var status = position < data.Length && data[position] == (byte)'"'
                ? TakeQuoted(data, final, ref position, out var rowEnds)
                : TakePlain(data, final, ref position, out rowEnds);
            if (status is CsvRowStatus.Incomplete or CsvRowStatus.UnclosedQuote) return status;
            if (status == CsvRowStatus.Malformed && !SkipLine(data, final, ref position)) return CsvRowStatus.Incomplete;
            if (status == CsvRowStatus.Row && !rowEnds) continue;
            consumed = position;
            return status;
        }
    }

    /// <summary>A field of the row just taken, without its quotes. Valid until the next call for a field with doubled quotes.</summary>
    public ReadOnlySpan<byte> Field(ReadOnlySpan<byte> data, int index)
    {
        var raw = data.Slice(_starts[index], _lengths[index]);
        return _doubled[index] ? Unescape(raw) : raw;
    }

    private CsvRowStatus TakePlain(ReadOnlySpan<byte> data, bool final, ref int position, out bool rowEnds)
    {
        var start = position;
        var length = data[start..].IndexOfAny(FieldEnds);
        rowEnds = true;
        if (length < 0)
        {
            if (!final) return CsvRowStatus.Incomplete;
            position = data.Length;
            Add(start, TrimReturn(data, start, data.Length) - start, false);
            return CsvRowStatus.Row;
        }

        position = start + length + 1;
        switch (data[start + length])
        {
            case (byte)',':
                rowEnds = false;
                Add(start, length, false);
                return CsvRowStatus.Row;
            case (byte)'\n':
                Lines++;
                Add(start, TrimReturn(data, start, start + length) - start, false);
                return CsvRowStatus.Row;
            default:
                Fault = "a quote inside a field that does not begin with one";
                return CsvRowStatus.Malformed;
        }
    }

    private CsvRowStatus TakeQuoted(ReadOnlySpan<byte> data, bool final, ref int position, out bool rowEnds)
    {
        var start = ++position;
        var doubled = false;
        rowEnds = true;
        while (true)
        {
            var quote = data[position..].IndexOf((byte)'"');
            if (quote < 0) return final ? CsvRowStatus.UnclosedQuote : CsvRowStatus.Incomplete;
            position += quote + 1;
            if (position < data.Length && data[position] == (byte)'"')
            {
                doubled = true;
                position++;
                continue;
            }

            break;
        }

        var length = position - 1 - start;
        var rest = data[position..];
        if (rest.Length < 2 && !final && !rest.StartsWith(","u8) && !rest.StartsWith("\n"u8)) return CsvRowStatus.Incomplete;
        Lines += data.Slice(start, length).Count((byte)'\n');
        if (rest.StartsWith(","u8))
        {
            position++;
            rowEnds = false;
        }
        else if (rest.StartsWith("\n"u8) || rest.StartsWith("\r\n"u8))
        {
            position += rest[0] == (byte)'\n' ? 1 : 2;
            Lines++;
        }
        else if (!rest.IsEmpty && !rest.SequenceEqual("\r"u8))
        {
            Fault = "text behind a closing quote";
            return CsvRowStatus.Malformed;
        }
        else
        {
            position = data.Length;
        }

        Add(start, length, doubled);
        return CsvRowStatus.Row;
    }

    private bool SkipLine(ReadOnlySpan<byte> data, bool final, ref int position)
    {
        var end = data[position..].IndexOf((byte)'\n');
        if (end < 0 && !final) return false;
        position = end < 0 ? data.Length : position + end + 1;
        Lines++;
        return true;
    }

    private static int TrimReturn(ReadOnlySpan<byte> data, int start, int end) => end > start && data[end - 1] == (byte)'\r' ? end - 1 : end;

    private void Add(int start, int length, bool doubled)
    {
        if (Count < _starts.Length) (_starts[Count], _lengths[Count], _doubled[Count]) = (start, length, doubled);
        Count++;
    }

    private ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> raw)
    {
        if (_unescaped.Length < raw.Length) _unescaped = new byte[raw.Length];
        var written = 0;
        for (var i = 0; i < raw.Length; i++)
        {
            _unescaped[written++] = raw[i];
            if (raw[i] == (byte)'"') i++;
        }

        return _unescaped.AsSpan(0, written);
    }
}
