using System.Text;

namespace DecisionServer.Loader;

/// <summary>
/// A CSV input with a header: columns by name in any order, rows one after the other with their line numbers. Blank lines are passed over.
/// </summary>
internal sealed class CsvTable
{
    // Names longer than this cannot be columns of ours; headers are quoted back to the user.
    private const int MaxShown = 40;

    private readonly InputSource _source;
    private readonly string[] _columns;
    private readonly int[] _fieldOfColumn;
    private readonly CsvRow _row;
    private readonly int _maxRowBytes;
    private int _fields;
    private long _nextLine = 1;

    /// <param name="source">Where the bytes come from.</param>
    /// <param name="columns">Names of the known columns.</param>
    /// <param name="maxRowBytes">A longer row ends reading with an error.</param>
    public CsvTable(InputSource source, string[] columns, int maxRowBytes)
    {
        _source = source;
        _columns = columns;
        _maxRowBytes = maxRowBytes;
        _fieldOfColumn = new int[columns.Length];
        _row = new CsvRow(columns.Length + 16);
    }

    /// <summary>Line on which the row begins, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>Reads the header and finds the columns.</summary>
    /// <exception cref="InputException">Empty, a column is missing, unknown or there twice; all of them are named.</exception>
    public async ValueTask ReadHeaderAsync(int requiredColumns, CancellationToken cancellationToken)
    {
        var window = _source.Window;
        while (window.Unread.Length < 3 && !window.IsCompleted) await window.FillAsync(cancellationToken).ConfigureAwait(false);
        if (window.Unread.StartsWith(Encoding.UTF8.Preamble)) window.Consume(Encoding.UTF8.Preamble.Length);
        while (true)
        {
            var step = Take(out var consumed);
            if (step == ReadStep.NeedMore) await window.FillAsync(cancellationToken).ConfigureAwait(false);
            else if (step == ReadStep.End) throw Fatal(-1, "is empty", $"the first line names the columns: {string.Join(',', _columns)}");
            else if (step == ReadStep.Refused) throw Fatal(Line, _row.Fault, "the first line names the columns");
            else
            {
                FindColumns(window.Unread[..consumed], requiredColumns);
                window.Consume(consumed);
                return;
            }
        }
    }

    /// <summary>
    /// Takes the next row without consuming it. <see cref="ReadStep.Record"/>: its fields are there until the window moves;
    /// <see cref="ReadStep.Refused"/>: see <paramref name="fault"/>. In both cases call <see cref="Consume"/> when done with it.
    /// </summary>
    public ReadStep TakeRow(out int consumed, out string fault)
    {
        fault = "";
        var step = Take(out consumed);
        if (step == ReadStep.Refused) fault = _row.Fault;
        if (step != ReadStep.Record || _row.Count == _fields) return step;
        fault = $"{_row.Count} fields where the header has {_fields}";
        return ReadStep.Refused;
    }

    /// <summary>Goes behind the row just taken.</summary>
    public void Consume(int consumed)
    {
        _source.Window.Consume(consumed);
        _nextLine += _row.Lines;
    }

    /// <summary>True where the header has this column.</summary>
    public bool Has(int column) => _fieldOfColumn[column] >= 0;

    /// <summary>A field of the row just taken. Empty where the column is not there.</summary>
    public ReadOnlySpan<byte> Field(int column)
        => _fieldOfColumn[column] >= 0 ? _row.Field(_source.Window.Unread, _fieldOfColumn[column]) : default;

    private ReadStep Take(out int consumed)
    {
        var window = _source.Window;
        while (true)
        {
            consumed = 0;
            var data = window.Unread;
            if (data.IsEmpty) return window.IsCompleted ? ReadStep.End : ReadStep.NeedMore;
            Line = _nextLine;
            var status = _row.Take(data, window.IsCompleted, out consumed);
            var length = consumed > 0 ? consumed : data.Length;
            if (length > _maxRowBytes)
                throw Fatal(Line, $"the row is longer than {_maxRowBytes} bytes", "is a closing quote missing, or is this another kind of file?");
            switch (status)
            {
                case CsvRowStatus.Incomplete:
                    return ReadStep.NeedMore;
                case CsvRowStatus.UnclosedQuote:
                    throw Fatal(Line, "a quote is opened and never closed", "close it; the rest of the file cannot be told apart");
                case CsvRowStatus.Malformed:
                    return ReadStep.Refused;
            }

            var isBlank = _row.Count == 1 && data[..consumed].TrimEnd("\r\n"u8).IsEmpty;
            if (!isBlank) return ReadStep.Record;
            Consume(consumed);
        }
    }

    private void FindColumns(ReadOnlySpan<byte> data, int requiredColumns)
    {
        var faults = new List<string>();
        Array.Fill(_fieldOfColumn, -1);
        _fields = _row.Count;
        for (var field = 0; field < Math.Min(_fields, _columns.Length + 16); field++)
        {
            var name = Encoding.UTF8.GetString(_row.Field(data, field));
            var column = Array.IndexOf(_columns, name);
            if (column < 0) faults.Add($"column '{Text.Shorten(name, MaxShown)}' is unknown");
            else if (_fieldOfColumn[column] >= 0) faults.Add($"column '{name}' is there twice");
            else _fieldOfColumn[column] = field;
        }

        for (var column = 0; column < requiredColumns; column++)
        {
            if (_fieldOfColumn[column] < 0) faults.Add($"column '{_columns[column]}' is missing");
        }

        if (faults.Count > 0) throw Fatal(Line, string.Join("; ", faults), $"known columns: {string.Join(',', _columns)}");
        _nextLine += _row.Lines;
    }

    private InputException Fatal(long line, string fault, string remedy) => new(new InputPlace(_source.Spec.Name, line, false), fault, remedy);
}
