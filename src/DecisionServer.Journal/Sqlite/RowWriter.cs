namespace DecisionServer.Journal;

/// <summary>Binds the values of a row in the order of its columns, and behind them the checksum over all of them.</summary>
internal sealed class RowWriter
{
    private readonly RowBytes _bytes = new();
    private Statement _statement = null!;
    private int _parameter;

    public RowWriter Begin(Statement statement, Table table)
    {
        _statement = statement.Reset();
        _parameter = 0;
        _bytes.Begin((byte)table);
        return this;
    }

    public RowWriter Integer(long value)
    {
        _bytes.Integer(value);
        _statement.Bind(++_parameter, value);
        return this;
    }

    public RowWriter Integer(long? value)
    {
        if (value is { } number) return Integer(number);
        _bytes.Null();
        _statement.BindNull(++_parameter);
        return this;
    }

    public RowWriter Text(string text)
    {
        _statement.BindText(++_parameter, _bytes.Text(text));
        return this;
    }

    public RowWriter Blob(ReadOnlySpan<byte> bytes)
    {
        _bytes.Blob(bytes);
        _statement.BindBlob(++_parameter, bytes);
        return this;
    }

    public void Run()
    {
        _statement.Bind(++_parameter, _bytes.Checksum);
        _statement.Run();
    }
}
