using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace DecisionServer.Store;

/// <summary>Goes through the files of a generation part by part. Two buffers in turn: a part stays valid while the next one is read.</summary>
public sealed class GenerationFileCursor : IDisposable
{
    private readonly GenerationFiles _source;
    private readonly Queue<(TransferFile File, long From)> _files;
    private byte[] _buffer = GC.AllocateUninitializedArray<byte>(TransferChunk.MaxBytes);
    private byte[] _before = GC.AllocateUninitializedArray<byte>(TransferChunk.MaxBytes);
    private SafeFileHandle? _open;
    private long _offset;

    internal GenerationFileCursor(GenerationFiles source, IEnumerable<TransferFile> held)
    {
        _source = source;
        Dictionary<string, long> lengths = held.Where(file => SegmentFile.IsName(file.Name)).ToDictionary(file => file.Name, file => file.Length);

        // Who holds more than there is holds something else, and gets all of it.
        _files = new(from file in source.Files
                     let has = lengths.GetValueOrDefault(file.Name)
                     let start = has >= 0 && has <= file.Length ? has : 0
                     where start < file.Length
                     select (file, start));
    }

    /// <summary>Reads the next part; false: there is none left.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    /// <exception cref="GenerationException">A file is missing or shorter than it was.</exception>
    public bool TryRead(out TransferChunk chunk)
    {
        chunk = default;
        if (!_files.TryPeek(out (TransferFile File, long From) next))
        {
            return false;
        }

        string path = _source.PathOf(next.File.Name);
        if (_open is null)
        {
            _open = OpenFile(path);
            _offset = next.From;
        }

        (_buffer, _before) = (_before, _buffer);
        int wanted = (int)Math.Min(TransferChunk.MaxBytes, next.File.Length - _offset);
        int read = 0;
        while (read < wanted && RandomAccess.Read(_open, _buffer.AsSpan(read, wanted - read), _offset + read) is var more and > 0)
        {
            read += more;
        }

        if (read < wanted)
        {
            throw new GenerationException(GenerationError.Damaged,
                string.Create(CultureInfo.InvariantCulture, $"{path}: has {_offset + read} bytes, {next.File.Length} were written"));
        }

        chunk = new TransferChunk(next.File.Name, _offset, _buffer.AsMemory(0, read), Crc32C.Compute(_buffer.AsSpan(0, read)));
        _offset += read;
        if (_offset == next.File.Length)
        {
            _files.Dequeue();
            Dispose();
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _open?.Dispose();
        _open = null;
    }

    private static SafeFileHandle OpenFile(string path)
    {
        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new GenerationException(GenerationError.Damaged, $"{path}: is missing");
        }
    }
}
