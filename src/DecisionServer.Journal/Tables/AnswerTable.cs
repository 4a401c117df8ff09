using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using DecisionServer.Store;

namespace DecisionServer.Journal;

/// <summary>Answers by idempotency key. Keys are stored as 128 bits of SHA-256 over method and key.</summary>
internal sealed class AnswerTable(Database database, RowWriter writer, RowReader reader)
{
    private const string Columns = "sequence, key, member_key, member_check, at, request, answer, crc";

    private readonly Statement _get = database.Prepare($"SELECT {Columns} FROM answers WHERE key = ?");

    private readonly Statement _put = database.Prepare($"INSERT INTO answers ({Columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");

    // Copies all pages it touches before, so it is for keys that are there.
    private readonly Statement _replace = database.Prepare($"INSERT OR REPLACE INTO answers ({Columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    private readonly Statement _ofMember = database.Prepare("SELECT sequence, member_check FROM answers WHERE member_key = ?");
    private readonly Statement _delete = database.Prepare("DELETE FROM answers WHERE sequence = ?");
    private readonly Statement _oldest = database.Prepare("SELECT sequence, at FROM answers ORDER BY sequence LIMIT ?");
    private readonly Statement _all = database.Prepare($"SELECT {Columns} FROM answers");

    // Numbers grow with time; gaps, and a number used again after the newest went, are no harm.
    private long _last = database.Integer("SELECT coalesce(max(sequence), 0) FROM answers");

    // The key that was looked for last and is not there.
    private UInt128? _missing;

    public bool TryGet(string method, string key, long notBefore, out StoredAnswer answer)
    {
        Span<byte> hash = stackalloc byte[16];
        Hash(method, key, hash);
        answer = default;
        _missing = null;
        if (!_get.Reset().BindBlob(1, hash).Step())
        {
            _missing = BinaryPrimitives.ReadUInt128LittleEndian(hash);
            return false;
        }

        answer = Read(_get, out var at);
        _get.Reset();
        return at >= notBefore;
    }

    public void Put(string method, string key, string memberId, UInt128 requestHash, byte[] answer, long at)
    {
        Span<byte> hash = stackalloc byte[16];
        Hash(method, key, hash);
        Span<byte> request = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128LittleEndian(request, requestHash);
        MemberKey? member = memberId.Length == 0 ? null : MemberKey.From(memberId);
        var isNew = _missing == BinaryPrimitives.ReadUInt128LittleEndian(hash);
        _missing = null;
        writer.Begin(isNew ? _put : _replace, Table.Answers).Integer(++_last).Blob(hash).Integer((long?)member?.Hash).Integer((long?)member?.Check)
            .Integer(at).Blob(request).Blob(answer).Run();
    }

    /// <returns>How many there were.</returns>
    public int Erase(MemberKey member)
    {
        var found = new List<long>();
        for (_ofMember.Reset().Bind(1, (long)member.Hash); _ofMember.Step();)
        {
            if (_ofMember.Integer(1) == (long)member.Check) found.Add(_ofMember.Integer(0));
        }

        Delete(found);
        return found.Count;
    }

    /// <summary>Deletes the oldest answers from before an instant, at most <paramref name="limit"/>.</summary>
    /// <returns>How many there were.</returns>
    public int DeleteOld(long before, int limit)
    {
        var found = new List<long>();
        for (_oldest.Reset().Bind(1, limit); _oldest.Step();)
        {
            if (_oldest.Integer(1) >= before) break;
            found.Add(_oldest.Integer(0));
        }

        _oldest.Reset();
        Delete(found);
        return found.Count;
    }

    /// <summary>Whether <see cref="DeleteOld"/> would find any.</summary>
    public bool AnyBefore(long before)
    {
        var any = _oldest.Reset().Bind(1, 1).Step() && _oldest.Integer(1) < before;
        _oldest.Reset();
        return any;
    }

    /// <summary>Reads all, which compares every checksum.</summary>
    public void Verify()
    {
        for (_all.Reset(); _all.Step();) Read(_all, out _);
    }

    private void Delete(List<long> sequences)
    {
        foreach (var sequence in sequences) _delete.Reset().Bind(1, sequence).Run();
    }

    private StoredAnswer Read(Statement statement, out long at)
    {
        var row = reader.Begin(statement, Table.Answers);
        _ = row.Integer();
        _ = row.Blob();
        _ = row.NullableInteger();
        _ = row.NullableInteger();
        at = row.Integer();
        var request = row.Blob();
        var requestHash = request.Length == 16 ? BinaryPrimitives.ReadUInt128LittleEndian(request) : default;
        var answer = row.Blob().ToArray();
        row.End();
        return new StoredAnswer(requestHash, answer);
    }

    /// <summary>What is stored for a key.</summary>
    public static void Hash(string method, string key, Span<byte> into)
    {
        var text = Encoding.UTF8.GetBytes($"{method}\0{key}");
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text, hash);
        hash[..16].CopyTo(into);
    }
}
