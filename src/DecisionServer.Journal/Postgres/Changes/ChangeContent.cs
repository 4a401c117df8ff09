using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using DecisionServer.Store;

namespace DecisionServer.Journal;

/// <summary>Who committed a change: which journal object, its how manieth batch, and in which epoch.</summary>
internal readonly record struct ChangeOrigin(Guid Writer, long Batch, string Epoch);

/// <summary>
/// The content of a <see cref="Change"/>: a head that says where it is from, then sections of what the commit left behind, then a CRC-32C over all of it.
/// </summary>
internal static class ChangeContent
{
    // The head's form. A node that meets a later one reads everything anew instead.
    private const byte Form = 1;

    private enum Section : byte
    {
        End = 0,
        Erased = 1,
        Availability = 2,
        Placements = 3,
        SegmentOffers = 4,
        GlobalOffers = 5,
        CapRules = 6,
        Totals = 7,
        Members = 8,
        Facts = 9,
        Puts = 10,
    }

    /// <summary>Encodes what a batch is about to leave behind.</summary>
    public static byte[] Encode(PostgresTransaction transaction, ChangeOrigin origin, MemberDocument document)
    {
        using var stream = new MemoryStream(1024);
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        writer.Write(Form);
        writer.Write(origin.Writer.ToByteArray());
        writer.Write(origin.Batch);
        writer.Write(origin.Epoch);
        Write(writer, Section.Erased, [.. transaction.Erased.Select(each => each.Member)], erased =>
        {
            writer.Write(erased.Member.Hash);
            writer.Write(erased.Member.Check);
            writer.Write(erased.AtTicks);
        });
        if (transaction.NewEpoch is { } epoch)
        {
            Write(writer, Section.Availability, [.. Put(transaction.Rows.Availability.Written).Where(row => row.Version > 0)], row => Availability(writer, row), always: true);
            writer.Write(epoch);
        }

        WriteDocuments(writer, transaction);
        Write(writer, Section.Totals, Put(transaction.Rows.Totals.Written), total =>
        {
            writer.Write(total.Counter);
            writer.Write(total.Value);
            writer.Write(total.Period);
        });
        Write(writer, Section.Members, Put(transaction.Rows.Members.Written), member => Bytes(writer, document.Write(member)));
        foreach (var kind in transaction.Rows.Facts.Written.GroupBy(fact => fact.Key.Kind))
        {
            Write(writer, Section.Facts, [.. kind.OrderBy(fact => fact.Key.Name, StringComparer.Ordinal)], fact => Named(writer, fact.Key.Name, fact.Value?.Content ?? ""));
            writer.Write(kind.Key);
        }

        // What was put is read from truth: it may be long, and each node reads it once in any case.
        Write(writer, Section.Puts, [.. transaction.Puts.Select(put => put.Generation).Distinct(StringComparer.Ordinal)], writer.Write);
        writer.Write((byte)Section.End);
        writer.Write(Crc32C.Compute(stream.GetBuffer().AsSpan(0, (int)stream.Length)));
        return stream.ToArray();
    }

    /// <summary>Where a change is from. False: it is damaged, or of a form not known here.</summary>
    public static bool TryReadOrigin(ReadOnlyMemory<byte> content, out ChangeOrigin origin)
    {
        origin = default;
        if (content.Length < 1 + 16 + 8 + 1 + 1 + sizeof(uint) || content.Span[0] != Form) return false;
        if (Crc32C.Compute(content.Span[..^sizeof(uint)]) != MemoryMarshal.Read<uint>(content.Span[^sizeof(uint)..])) return false;
        using var reader = Reader(content);
        origin = Origin(reader);
        return true;
    }

    /// <summary>Hands over what a commit left behind; of a content that <see cref="TryReadOrigin"/> has found whole.</summary>
    /// <exception cref="InvalidDataException">It holds something that is not known here; what comes before it was handed over.</exception>
    public static void Visit(Change change, IChangeVisitor visitor)
    {
        using var reader = Reader(change.Content);
        Origin(reader);
        while (true)
        {
            var section = (Section)reader.ReadByte();
            switch (section)
            {
                case Section.End:
                    return;
                case Section.Erased:
                    foreach (var erased in List(reader, () => new ErasedMember(new MemberKey(reader.ReadUInt64(), reader.ReadUInt64()), reader.ReadInt64()))) visitor.Erased(erased);
                    break;
                case Section.Availability:
                    var rows = List(reader, () => Availability(reader));
                    visitor.Availability(rows, reader.ReadUInt64());
                    break;
                case Section.Placements:
                    visitor.Placements(List(reader, () => JsonSerializer.Deserialize(Bytes(reader), JournalJson.Default.PlacementConfig)!));
                    break;
                case Section.SegmentOffers:
                    foreach (var (name, offers) in List(reader, () => (reader.ReadString(), Offers(Bytes(reader))))) visitor.SegmentOffers(name, offers);
                    break;
                case Section.GlobalOffers:
                    visitor.GlobalOffers(List(reader, () => Offers(Bytes(reader)))[0]);
                    break;
                case Section.CapRules:
                    visitor.CapRules(List(reader, () => Named(reader)));
                    break;
                case Section.Totals:
                    visitor.Totals(List(reader, () => new TotalRecord(reader.ReadString(), reader.ReadInt64(), reader.ReadString())));
                    break;
                case Section.Members:
                    visitor.Members(List(reader, () => PostgresRows.Member(Bytes(reader))));
                    break;
                case Section.Facts:
                    var facts = List(reader, () => Named(reader));
                    visitor.Facts(reader.ReadString(), facts);
                    break;
                case Section.Puts:
                    foreach (var generation in List(reader, reader.ReadString)) visitor.Put(new PutRecord(generation, change.Sequence));
                    break;
                default:
                    throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"a change holds a section {(int)section}, which this version does not know"));
            }
        }
    }

    private static void WriteDocuments(BinaryWriter writer, PostgresTransaction transaction)
    {
        var documents = transaction.Documents.OrderBy(document => document.Key.Name, StringComparer.Ordinal).ToLookup(document => document.Key.Kind);
        Write(writer, Section.Placements, [.. documents[PostgresSchema.Placements].Where(each => each.Value is not null)], each => Bytes(writer, each.Value));
        var lists = documents[PostgresSchema.Ladder].ToLookup(list => list.Key.Name == SqliteTransaction.Everybody);
        Write(writer, Section.SegmentOffers, [.. lists[false]], list =>
        {
            writer.Write(list.Key.Name);
            Bytes(writer, list.Value);
        });
        Write(writer, Section.GlobalOffers, [.. lists[true]], list => Bytes(writer, list.Value));
        Write(writer, Section.CapRules, [.. documents[PostgresSchema.CapRules]], rule => Named(writer, rule.Key.Name, rule.Value is null ? "" : Encoding.UTF8.GetString(rule.Value)));
    }

    private static void Write<T>(BinaryWriter writer, Section section, IReadOnlyList<T> items, Action<T> write, bool always = false)
    {
        if (items.Count == 0 && !always) return;
        writer.Write((byte)section);
        writer.Write(items.Count);
        foreach (var item in items) write(item);
    }

    private static List<T> List<T>(BinaryReader reader, Func<T> read)
    {
        var count = reader.ReadInt32();
        var items = new List<T>(count);
        for (var i = 0; i < count; i++) items.Add(read());
        return items;
    }

    private static List<TValue> Put<TKey, TValue>(IReadOnlyDictionary<TKey, TValue?> written)
        where TValue : class => [.. written.Values.OfType<TValue>()];

    private static void Availability(BinaryWriter writer, AvailabilityRow row)
    {
        writer.Write((byte)row.Subject);
        writer.Write(row.SubjectId);
        writer.Write((byte)row.Scope);
        writer.Write(row.ScopeId);
        Number(writer, row.Available is { } available ? available ? 1 : 0 : null);
        Number(writer, row.Stock);
        Number(writer, row.PriceMinor);
        Number(writer, row.ValidFrom?.UtcTicks);
        Number(writer, row.ValidUntil?.UtcTicks);
        writer.Write(row.Version);
        writer.Write(row.Epoch);
    }

    private static AvailabilityRow Availability(BinaryReader reader) => new()
    {
        Subject = (AvailabilitySubject)reader.ReadByte(),
        SubjectId = reader.ReadString(),
        Scope = (AvailabilityScopeKind)reader.ReadByte(),
        ScopeId = reader.ReadString(),
        Available = Number(reader) is { } available ? available != 0 : null,
        Stock = Number(reader),
        PriceMinor = Number(reader),
        ValidFrom = Number(reader) is { } from ? Ticks.Read(from) : null,
        ValidUntil = Number(reader) is { } until ? Ticks.Read(until) : null,
        Version = reader.ReadUInt64(),
        Epoch = reader.ReadUInt64(),
    };

    private static void Number(BinaryWriter writer, long? value)
    {
        writer.Write(value.HasValue);
        if (value is { } number) writer.Write(number);
    }

    private static long? Number(BinaryReader reader) => reader.ReadBoolean() ? reader.ReadInt64() : null;

    private static void Named(BinaryWriter writer, string name, string content)
    {
        writer.Write(name);
        writer.Write(content);
    }

    private static NamedDocument Named(BinaryReader reader) => new(reader.ReadString(), reader.ReadString());

    // Nothing, of a list that was removed.
    private static void Bytes(BinaryWriter writer, ReadOnlySpan<byte> bytes)
    {
        writer.Write(bytes.Length);
        writer.Write(bytes);
    }

    private static byte[] Bytes(BinaryReader reader) => reader.ReadBytes(reader.ReadInt32());

    private static IReadOnlyList<ScoredOfferConfig> Offers(byte[] json) =>
        json.Length == 0 ? [] : JsonSerializer.Deserialize(json, JournalJson.Default.IReadOnlyListScoredOfferConfig)!;

    private static ChangeOrigin Origin(BinaryReader reader)
    {
        reader.ReadByte();
        return new ChangeOrigin(new Guid(reader.ReadBytes(16)), reader.ReadInt64(), reader.ReadString());
    }

    private static BinaryReader Reader(ReadOnlyMemory<byte> content) => MemoryMarshal.TryGetArray(content, out var array)
        ? new BinaryReader(new MemoryStream(array.Array!, array.Offset, array.Count, writable: false), Encoding.UTF8)
        : new BinaryReader(new MemoryStream(content.ToArray(), writable: false), Encoding.UTF8);
}
