using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace DecisionServer.Store;

/// <summary>Small files that are whole or not there: temporary file, fsync, rename, fsync of the folder; with a checksum line at the end.</summary>
internal static partial class DurableFile
{
    private const string CrcPrefix = "\n#crc32c ";

    /// <summary>Writes <paramref name="text"/> to <paramref name="path"/> in place of what may be there.</summary>
    /// <exception cref="IOException">The disk is full or failed; what was there is still there.</exception>
    public static void Write(string path, string text)
    {
        byte[] body = Encoding.UTF8.GetBytes(text);
        string line = CrcPrefix + Crc32C.Compute(body).ToString("x8", CultureInfo.InvariantCulture) + "\n";
        string temporary = path + ".tmp";
        using (SafeFileHandle file = File.OpenHandle(temporary, FileMode.Create, FileAccess.Write))
        {
            RandomAccess.Write(file, body, 0);
            RandomAccess.Write(file, Encoding.ASCII.GetBytes(line), body.Length);
            RandomAccess.FlushToDisk(file);
        }

        File.Move(temporary, path, overwrite: true);
        SyncDirectory(Path.GetDirectoryName(path)!);
    }

    /// <summary>Reads what <see cref="Write"/> wrote. False: the file is missing or not as it was written; <paramref name="fault"/> says which.</summary>
    public static bool TryRead(string path, out string text, out string fault)
    {
        text = "";
        if (!File.Exists(path))
        {
            fault = $"{path}: is missing";
            return false;
        }

        byte[] bytes = File.ReadAllBytes(path);
        int bodyLength = bytes.Length - CrcPrefix.Length - 9;
        if (bodyLength < 0
            || !bytes.AsSpan(bodyLength).SequenceEqual(Encoding.ASCII.GetBytes(
                CrcPrefix + Crc32C.Compute(bytes.AsSpan(0, bodyLength)).ToString("x8", CultureInfo.InvariantCulture) + "\n")))
        {
            fault = $"{path}: is damaged (its checksum does not match)";
            return false;
        }

        text = Encoding.UTF8.GetString(bytes, 0, bodyLength);
        fault = "";
        return true;
    }

    /// <summary>Has the system begin to write a part of a file to the disk, and does not wait. Promises nothing: an fsync later finds less to do.</summary>
    public static void BeginWriting(SafeFileHandle file, long offset, long bytes)
    {
        const uint Write = 2; // SYNC_FILE_RANGE_WRITE
        if (OperatingSystem.IsLinux())
        {
            _ = SyncFileRange(file, offset, bytes, Write);
        }
    }

    /// <summary>Makes creations and renames in a folder durable. A no-op where the system cannot (Windows).</summary>
    public static void SyncDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        // .NET opens no folders, so this goes to the C library.
        int descriptor = Open(path, 0);
        if (descriptor < 0)
        {
            throw new IOException($"{path}: cannot be opened for fsync (error {Marshal.GetLastPInvokeError()})");
        }

        int result = Fsync(descriptor);
        int error = Marshal.GetLastPInvokeError();
        _ = Close(descriptor);
        if (result != 0)
        {
            throw new IOException($"{path}: fsync failed (error {error})");
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "sync_file_range")]
    private static partial int SyncFileRange(SafeFileHandle file, long offset, long bytes, uint flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
