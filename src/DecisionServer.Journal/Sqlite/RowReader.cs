using System.Text;

namespace DecisionServer.Journal;

/// <summary>Reads the values of a row in the order of its columns; <see cref="End"/> compares the checksum behind them.</summary>
internal sealed class RowReader(string path)
{
    private readonly RowBytes _bytes = new();
    private Statement _statement = null!;
    private Table _table;
    private int _column;

    public RowReader Begin(Statement statement, Table table)
    {
        (_statement, _table, _column) = (statement, table, -1);
        _bytes.Begin((byte)table);
        return this;
    }

    public long Integer()
    {
        var value = _statement.Integer(++_column);
        _bytes.Integer(value);
        return value;
    }

    public long? NullableInteger()
    {
        if (!_statement.IsNull(_column + 1)) return Integer();
        _column++;
        _bytes.Null();
        return null;
    }

    public string Text()
    {
        var utf8 = _statement.Bytes(++_column);
        _bytes.Text(utf8);
        return Encoding.UTF8.GetString(utf8);
    }

    public ReadOnlySpan<byte> Blob()
    {
        var bytes = _statement.Bytes(++_column);
        _bytes.Blob(bytes);
        return bytes;
    }

    /// <exception cref="JournalDamagedException">The row is not as it was written.</exception>
    public void End()
    {
        if (_statement.Integer(++_column) != _bytes.Checksum)
            throw Damage.Of(path, $"a row of its table {Schema.NameOf(_table)} is not as it was written (checksum)");
    }
}
