using System.Buffers.Binary;
using System.Text.Json;
using DecisionServer.Store;
using Npgsql;

namespace DecisionServer.Journal;

/// <summary>Reads rows by the order of their columns, the same for single rows and for all.</summary>
internal static class PostgresRows
{
    public const string StateColumns = "journal, tableoid::bigint, sequence, actions, audits, epoch, availability_rows, documents, facts";
    public const string AvailabilityColumns = "a.subject, a.subject_id, a.scope, a.scope_id, a.available, a.stock, a.price, a.valid_from, a.valid_until, a.version, a.epoch, a.revision";
    public const string ActionColumns = "sequence, kind, at, member, offer, placement, channel, chain, store, detail";

    public static TruthState State(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), (ulong)row.GetInt64(5), row.GetInt64(6), row.GetInt64(7), row.GetInt64(8));

    public static MemberRecord Member(byte[] state) => JsonSerializer.Deserialize(state, JournalJson.Default.MemberRecord)!;

    public static AvailabilityRow Availability(NpgsqlDataReader row) => new()
    {
        Subject = (AvailabilitySubject)row.GetInt64(0),
        SubjectId = row.GetString(1),
        Scope = (AvailabilityScopeKind)row.GetInt64(2),
        ScopeId = row.GetString(3),
        Available = row.IsDBNull(4) ? null : row.GetBoolean(4),
        Stock = Number(row, 5),
        PriceMinor = Number(row, 6),
        ValidFrom = Number(row, 7) is { } from ? Ticks.Read(from) : null,
        ValidUntil = Number(row, 8) is { } until ? Ticks.Read(until) : null,
        Version = (ulong)row.GetInt64(9),
        Epoch = (ulong)row.GetInt64(10),
    };

    public static AnswerRow Answer(NpgsqlDataReader row) => new(
        row.IsDBNull(1) ? null : new MemberKey((ulong)row.GetInt64(1), (ulong)row.GetInt64(2)),
        row.GetInt64(3),
        BinaryPrimitives.ReadUInt128LittleEndian(row.GetFieldValue<byte[]>(4)),
        row.GetFieldValue<byte[]>(5));

    public static ActionRecord Action(NpgsqlDataReader row) => new()
    {
        Sequence = row.GetInt64(0),
        Kind = (ActionKind)row.GetInt64(1),
        At = Ticks.Read(row.GetInt64(2)),
        MemberId = row.GetString(3),
        OfferId = row.GetString(4),
        Placement = row.GetString(5),
        Channel = row.GetString(6),
        ChainId = row.GetString(7),
        StoreId = row.GetString(8),
        Detail = row.GetString(9),
    };

    public static byte[] Bytes(UInt128 value)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128LittleEndian(bytes, value);
        return bytes;
    }

    private static long? Number(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);
}
