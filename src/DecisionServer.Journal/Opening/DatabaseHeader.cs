using System.Buffers.Binary;
using DecisionServer.Store;
using Microsoft.Win32.SafeHandles;

namespace DecisionServer.Journal;

/// <summary>What the first bytes of a database file say (https://www.sqlite.org/fileformat.html), read without SQLite: opening it would already follow its log.</summary>
internal static class DatabaseHeader
{
    private const int Bytes = 100;
    private const int ApplicationIdAt = 68;

    /// <summary>Whether the file is a journal (false) or a backup of one (true).</summary>
    /// <exception cref="JournalDamagedException">It is neither.</exception>
    public static bool IsBackup(string path)
    {
        Span<byte> header = stackalloc byte[Bytes];
        using SafeFileHandle file = File.OpenHandle(path);
        if (RandomAccess.Read(file, header, 0) < Bytes || !header.StartsWith("SQLite format 3\0"u8)) throw Damage.Of(path, "is not a database");
        return BinaryPrimitives.ReadInt32BigEndian(header[ApplicationIdAt..]) switch
        {
            Schema.BackupId => true,
            Schema.JournalId => false,
            var id => throw Damage.Of(path, $"is not a journal (its application id is {id:x8})"),
        };
    }

    /// <summary>Makes a file and its name last.</summary>
    public static void Sync(string path)
    {
        using (var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite)) RandomAccess.FlushToDisk(file);
        DurableFile.SyncDirectory(Path.GetDirectoryName(path)!);
    }
}
