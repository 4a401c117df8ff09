using System.Buffers.Binary;
using DecisionServer.Store;
using Microsoft.Win32.SafeHandles;

namespace DecisionServer.Journal;

/// <summary>A member who was erased.</summary>
/// <param name="Member">The two hashes of the id; the id itself is not kept.</param>
/// <param name="AtTicks">When, UTC ticks.</param>
/// <param name="Action">Number of the journal's last action then; for people, nothing depends on it.</param>
internal readonly record struct Erasure(MemberKey Member, long AtTicks, long Action);

/// <summary>
/// Who was erased, outside of the database, so that a restored backup forgets them again. Only ever appended to; an entry is on the disk before the erasure's
/// transaction commits. The checksums are chained: nothing can be taken out of the middle.
/// </summary>
internal sealed class ErasureFile : IDisposable
{
    private const int EntryBytes = 36;
    private const int BodyBytes = 32;
    private static readonly byte[] Header = "DecisionServer erasures 1\n"u8.ToArray();

    private readonly string _path;
    private readonly SafeFileHandle _file;
    private readonly List<Erasure> _entries;
    private uint _chain;

    private ErasureFile(string path, SafeFileHandle file, List<Erasure> entries, uint chain) =>
        (_path, _file, _entries, _chain) = (path, file, entries, chain);

    /// <summary>Entries, oldest first.</summary>
    public IReadOnlyList<Erasure> Entries => _entries;

    /// <summary>Opens it, or makes it where no erasure is known.</summary>
    /// <param name="path">The file.</param>
    /// <param name="known">Entries that it must hold at least.</param>
    /// <exception cref="JournalDamagedException">It does not hold them, or more than its last entry is damaged.</exception>
    public static ErasureFile Open(string path, long known)
    {
        if (!File.Exists(path))
        {
            if (known > 0) throw Damage.Of(path, $"is missing, it held at least {known} erasures");
            using (var made = File.OpenHandle(path + ".tmp", FileMode.Create, FileAccess.Write))
            {
                RandomAccess.Write(made, Header, 0);
                RandomAccess.FlushToDisk(made);
            }

            File.Move(path + ".tmp", path);
            DurableFile.SyncDirectory(Path.GetDirectoryName(path)!);
        }

        var bytes = File.ReadAllBytes(path);
        if (!bytes.AsSpan().StartsWith(Header)) throw Damage.Of(path, "is damaged, it does not begin as a file of erasures");
        var entries = new List<Erasure>();
        var chain = Crc32C.Compute(Header);
        var at = Header.Length;
        for (; at + EntryBytes <= bytes.Length && TryDecode(bytes.AsSpan(at, EntryBytes), ref chain, out var entry); at += EntryBytes) entries.Add(entry);

        // A last entry that was being written when the process ended was not acknowledged; anything else was.
        if (entries.Count < known || bytes.Length - at >= 2 * EntryBytes)
            throw Damage.Of(path, $"is damaged behind its entry {entries.Count}, at least {Math.Max(known, entries.Count + 1)} are known to have been there");
        var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.SetLength(file, at);
        return new ErasureFile(path, file, entries, chain);
    }

    /// <summary>Adds entries; they are on the disk when it returns.</summary>
    public void Append(IReadOnlyList<Erasure> erasures)
    {
        try
        {
            var bytes = new byte[erasures.Count * EntryBytes];
            var chain = _chain;
            for (var i = 0; i < erasures.Count; i++) Encode(bytes.AsSpan(i * EntryBytes, EntryBytes), erasures[i], ref chain);
            RandomAccess.Write(_file, bytes, Header.Length + ((long)_entries.Count * EntryBytes));
            RandomAccess.FlushToDisk(_file);
            _chain = chain;
            _entries.AddRange(erasures);
        }
        catch (IOException e)
        {
            throw JournalFiles.Fault(_path, e);
        }
    }

    public void Dispose() => _file.Dispose();

    private static bool TryDecode(ReadOnlySpan<byte> bytes, ref uint chain, out Erasure entry)
    {
        var expected = Chain(chain, bytes[..BodyBytes]);
        entry = new Erasure(
            new MemberKey(BinaryPrimitives.ReadUInt64LittleEndian(bytes), BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..])),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]));
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[BodyBytes..]) != expected) return false;
        chain = expected;
        return true;
    }

    private static void Encode(Span<byte> bytes, Erasure entry, ref uint chain)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, entry.Member.Hash);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], entry.Member.Check);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[16..], entry.AtTicks);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[24..], entry.Action);
        chain = Chain(chain, bytes[..BodyBytes]);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[BodyBytes..], chain);
    }

    private static uint Chain(uint before, ReadOnlySpan<byte> body)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint) + BodyBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, before);
        body.CopyTo(bytes[sizeof(uint)..]);
        return Crc32C.Compute(bytes);
    }
}
