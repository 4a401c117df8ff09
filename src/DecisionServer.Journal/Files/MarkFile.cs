using System.Buffers.Binary;
using DecisionServer.Store;
using Microsoft.Win32.SafeHandles;

namespace DecisionServer.Journal;

/// <summary>How far a journal has come, as told by its mark.</summary>
internal readonly record struct Mark(Guid Journal, long Commits, long Erasures);

/// <summary>
/// The witness beside the database. SQLite takes a damaged end of its log for a commit that was under way and drops it without a word, and a missing log for an
/// empty one; the mark says how many commits were acknowledged. It is written after each commit and before its acknowledgement, in turns into one of two
/// slots, without fsync: a killed process loses nothing, and after a power failure it may be older than the database, never newer.
/// </summary>
internal sealed class MarkFile : IDisposable
{
    private const int SlotBytes = 64;
    private const int BodyBytes = 48;
    private const ulong Magic = 0x314B52414D534A44; // "DJSMARK1"

    private readonly SafeFileHandle _file;
    private readonly byte[] _slot = new byte[SlotBytes];
    private long _turn;

    private MarkFile(SafeFileHandle file, long turn) => (_file, _turn) = (file, turn);

    /// <summary>Reads it. Null: there is none.</summary>
    /// <exception cref="JournalDamagedException">Neither slot is as it was written.</exception>
    public static Mark? Read(string path)
    {
        if (!File.Exists(path)) return null;
        return TryRead(File.ReadAllBytes(path), out var mark, out _) ? mark : throw Damage.Of(path, "is damaged, neither of its two slots can be read");
    }

    /// <summary>Opens it for writing, made durable with <paramref name="mark"/> where there is none.</summary>
    public static MarkFile Open(string path, Mark mark)
    {
        if (!File.Exists(path))
        {
            var temporary = path + ".tmp";
            using (var made = File.OpenHandle(temporary, FileMode.Create, FileAccess.Write))
            {
                var slots = new byte[2 * SlotBytes];
                Encode(slots.AsSpan(0, SlotBytes), mark, 0);
                RandomAccess.Write(made, slots, 0);
                RandomAccess.FlushToDisk(made);
            }

            File.Move(temporary, path);
            DurableFile.SyncDirectory(Path.GetDirectoryName(path)!);
        }

        TryRead(File.ReadAllBytes(path), out _, out var turn);
        var file = new MarkFile(File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite), turn + 1);
        file.Write(mark);
        file.Flush();
        return file;
    }

    public void Write(Mark mark)
    {
        Encode(_slot, mark, _turn);
        RandomAccess.Write(_file, _slot, _turn % 2 * SlotBytes);
        _turn++;
    }

    public void Flush() => RandomAccess.FlushToDisk(_file);

    public void Dispose() => _file.Dispose();

    private static bool TryRead(ReadOnlySpan<byte> bytes, out Mark mark, out long turn)
    {
        (mark, turn) = (default, -1);
        for (var at = 0; at + SlotBytes <= bytes.Length && at < 2 * SlotBytes; at += SlotBytes)
        {
            var slot = bytes.Slice(at, SlotBytes);
            var intact = BinaryPrimitives.ReadUInt64LittleEndian(slot) == Magic
                && BinaryPrimitives.ReadUInt32LittleEndian(slot[BodyBytes..]) == Crc32C.Compute(slot[..BodyBytes]);
            var found = BinaryPrimitives.ReadInt64LittleEndian(slot[8..]);
            if (!intact || found <= turn) continue;
            turn = found;
            mark = new Mark(new Guid(slot.Slice(16, 16)), BinaryPrimitives.ReadInt64LittleEndian(slot[32..]), BinaryPrimitives.ReadInt64LittleEndian(slot[40..]));
        }

        return turn >= 0;
    }

    private static void Encode(Span<byte> slot, Mark mark, long turn)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(slot, Magic);
        BinaryPrimitives.WriteInt64LittleEndian(slot[8..], turn);
        mark.Journal.TryWriteBytes(slot[16..]);
        BinaryPrimitives.WriteInt64LittleEndian(slot[32..], mark.Commits);
        BinaryPrimitives.WriteInt64LittleEndian(slot[40..], mark.Erasures);
        BinaryPrimitives.WriteUInt32LittleEndian(slot[BodyBytes..], Crc32C.Compute(slot[..BodyBytes]));
    }
}
