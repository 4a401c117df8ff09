using SQLitePCL;

namespace DecisionServer.BareCommit;

/// <summary>The values of a row as SQLite holds them, ready to be bound again: null, a number, or bytes of a text or blob.</summary>
internal sealed class Row
{
    private readonly (int Type, long Number, byte[] Bytes)[] _values;

    private Row((int Type, long Number, byte[] Bytes)[] values) => _values = values;

    public static Row Read(sqlite3_stmt statement)
    {
        var values = new (int, long, byte[])[raw.sqlite3_column_count(statement)];
        for (int i = 0; i < values.Length; i++)
        {
            int type = raw.sqlite3_column_type(statement, i);
            values[i] = type == raw.SQLITE_INTEGER ? (type, raw.sqlite3_column_int64(statement, i), []) : (type, 0, raw.sqlite3_column_blob(statement, i).ToArray());
        }

        return new Row(values);
    }

    public string Text(int column) => System.Text.Encoding.UTF8.GetString(_values[column].Bytes);

    /// <summary>Runs a statement with these values.</summary>
    public void Write(Connection connection, sqlite3_stmt statement)
    {
        raw.sqlite3_reset(statement);
        for (int i = 0; i < _values.Length; i++)
        {
            (int type, long number, byte[] bytes) = _values[i];
            connection.Check(type switch
            {
                raw.SQLITE_INTEGER => raw.sqlite3_bind_int64(statement, i + 1, number),
                raw.SQLITE_NULL => raw.sqlite3_bind_null(statement, i + 1),
                raw.SQLITE_TEXT => bytes.Length == 0 ? raw.sqlite3_bind_text(statement, i + 1, "") : raw.sqlite3_bind_text(statement, i + 1, bytes),
                _ => bytes.Length == 0 ? raw.sqlite3_bind_zeroblob(statement, i + 1, 0) : raw.sqlite3_bind_blob(statement, i + 1, bytes),
            });
        }

        connection.Step(statement);
    }
}
