using Microsoft.Win32.SafeHandles;

namespace DecisionServer.Store;

/// <summary>
/// Appends blocks to the segment files of one generation. Blocks are in the system's hands when <see cref="Append"/> returns,
/// on the disk when <see cref="Complete"/> has returned.
/// </summary>
internal sealed class SegmentWriter : IDisposable
{
    /// <summary>Bytes after which a new file is begun.</summary>
    public const long RollBytes = 1L << 30;

    // Often enough that little is left for the fsync at the end, which nothing else can go on beside.
    private const long WritebackBytes = 8 << 20;

    private readonly string _directory;
    private readonly Lock _gate = new();
    private readonly List<SegmentFile> _complete = [];
    private SafeFileHandle? _file;
    private string _name = "";
    private long _length;
    private long _handedOn;
    private ulong _hash;

    /// <summary>Goes on behind <paramref name="written"/>, which must be what the folder's files hold up to their given lengths.</summary>
    public SegmentWriter(string directory, IReadOnlyList<SegmentFile> written)
    {
        _directory = directory;
        if (written.Count > 0)
        {
            _complete.AddRange(written.Take(written.Count - 1));
            (_name, _length, _hash) = (written[^1].Name, written[^1].Length, ulong.Parse(written[^1].Hash, System.Globalization.NumberStyles.HexNumber, null));
            _file = File.OpenHandle(Path.Combine(directory, _name), FileMode.Open, FileAccess.Write, FileShare.Read);
            RandomAccess.SetLength(_file, _length);
            _handedOn = _length;
        }
    }

    /// <summary>Bytes written in all.</summary>
    public long Length
    {
        get
        {
            lock (_gate)
            {
                return _complete.Sum(file => file.Length) + _length;
            }
        }
    }

    /// <summary>Appends a block: <paramref name="block"/> is head and payload, the head is written here.</summary>
    /// <exception cref="IOException">The disk is full or failed.</exception>
    public void Append(BlockKind kind, byte stream, ulong sequence, int records, int rejected, Span<byte> block)
    {
        Span<byte> payload = block[BlockHeader.Bytes..];
        var header = new BlockHeader(kind, stream, sequence, records, rejected, payload.Length, Crc32C.Compute(payload));
        header.Write(block);
        lock (_gate)
        {
            if (_file is null || _length > RollBytes)
            {
                Roll();
            }

            RandomAccess.Write(_file!, block, _length);
            _length += block.Length;
            _hash = SegmentFile.Chain(_hash, block[..BlockHeader.Bytes]);
            if (_length - _handedOn >= WritebackBytes)
            {
                DurableFile.BeginWriting(_file!, _handedOn, _length - _handedOn);
                _handedOn = _length;
            }
        }
    }

    /// <summary>Puts everything on the disk and tells what was written.</summary>
    /// <exception cref="IOException">The disk is full or failed.</exception>
    public IReadOnlyList<SegmentFile> Complete()
    {
        lock (_gate)
        {
            CloseFile();
            DurableFile.SyncDirectory(_directory);
            return [.. _complete];
        }
    }

    /// <summary>Ends the file that is written to: the next block begins another one.</summary>
    /// <exception cref="IOException">The disk is full or failed.</exception>
    public void EndFile()
    {
        lock (_gate)
        {
            CloseFile();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private void Roll()
    {
        CloseFile();
        _name = SegmentFile.NameOf(_complete.Count + 1);
        _file = File.OpenHandle(Path.Combine(_directory, _name), FileMode.Create, FileAccess.Write, FileShare.Read);
        (_length, _handedOn, _hash) = (0, 0, 0);
    }

    private void CloseFile()
    {
        if (_file is not null)
        {
            RandomAccess.FlushToDisk(_file);
            _file.Dispose();
            _file = null;
            _complete.Add(new SegmentFile(_name, _length, _hash.ToString("x16", System.Globalization.CultureInfo.InvariantCulture)));
        }
    }
}
