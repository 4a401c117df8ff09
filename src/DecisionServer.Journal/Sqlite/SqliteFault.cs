using SQLitePCL;

namespace DecisionServer.Journal;

/// <summary>SQLite refused something.</summary>
internal sealed class SqliteFault(int code, string message) : Exception($"{message} (SQLite error {code})")
{
    /// <summary>The extended result code.</summary>
    public int Code { get; } = code;

    private int Primary => Code & 0xFF;

    /// <summary>Only the statement is at fault; the transaction around it is as it was.</summary>
    public bool IsOfOneCommand => Primary is raw.SQLITE_CONSTRAINT or raw.SQLITE_TOOBIG or raw.SQLITE_MISMATCH or raw.SQLITE_RANGE;

    /// <summary>The file is not as it was written.</summary>
    public bool IsDamage => Primary is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB;

    /// <summary>The file cannot be read or written.</summary>
    public bool IsDisk => Primary is raw.SQLITE_IOERR or raw.SQLITE_CANTOPEN or raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_FULL;

    /// <summary>The disk is full.</summary>
    public bool IsFull => Primary == raw.SQLITE_FULL;

    /// <summary>Another connection of this process (a backup) is in the way for now.</summary>
    public bool IsBusy => Primary is raw.SQLITE_BUSY or raw.SQLITE_LOCKED;
}
