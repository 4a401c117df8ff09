using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace DecisionServer.Store;

/// <summary>
/// Deals out a generation's segment files to the threads that read them: runs of blocks of records, which they read and verify by themselves. All other blocks
/// are handed on here, in order; those of the catalogue come first. Heads of blocks, lengths of files and their chained hashes are verified while dealing.
/// </summary>
/// <param name="folder">The generation's folder.</param>
/// <param name="files">Its files, in order.</param>
/// <param name="handle">Takes each block that is not of records; the answer, if there is one, says what is wrong with it.</param>
internal sealed class SegmentQueue(GenerationFolder folder, IReadOnlyList<SegmentFile> files, Func<BlockHeader, byte[], string?> handle) : IDisposable
{
    // What fits into a processor's own cache beside what is made of it.
    private const int RunBytes = 256 << 10;

    private readonly Lock _gate = new();
    private readonly List<SafeFileHandle> _open = [];
    private readonly byte[] _head = new byte[BlockHeader.Bytes];
    private volatile string _fault = "";
    private bool _isOpen;
    private int _number = -1;
    private SafeFileHandle? _file;
    private string _path = "";
    private ReadAhead _ahead;
    private long _end;
    private long _at;
    private ulong _hash;

    /// <summary>What was found first: file and place. Empty: nothing so far.</summary>
    public string Fault => _fault;

    /// <summary>Takes the next run. False: there is none, or something is damaged (<see cref="Fault"/>).</summary>
    public bool TryTake(SegmentRun run)
    {
        lock (_gate)
        {
            while (_fault.Length == 0)
            {
                if (_at == _end)
                {
                    if (!TryTurn())
                    {
                        return false;
                    }

                    continue;
                }

                long start = _at;
                while (_fault.Length == 0 && _at < _end && _at - start < RunBytes && TryHead(out BlockHeader header))
                {
                    if (header.Kind == BlockKind.Records && !_isOpen)
                    {
                        Stop("holds a block out of place");
                    }
                    else if (header.Kind == BlockKind.Records)
                    {
                        Pass(header);
                    }
                    else if (_at > start)
                    {
                        break;
                    }
                    else
                    {
                        Hand(header);
                        start = _at;
                    }
                }

                if (_at > start && _fault.Length == 0)
                {
                    run.Set(_file!, _path, start, (int)(_at - start));
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Ends dealing because of something that a thread has found. The first fault stays.</summary>
    public void Fail(string fault)
    {
        lock (_gate)
        {
            _fault = _fault.Length > 0 ? _fault : fault;
        }
    }

    /// <summary>Closes the files.</summary>
    public void Dispose()
    {
        foreach (SafeFileHandle file in _open)
        {
            file.Dispose();
        }
    }

    // The next file; what is known of the one before must be what was sealed.
    private bool TryTurn()
    {
        if (_number >= 0)
        {
            SegmentFile done = files[_number];
            Fail(_end != done.Length ? string.Create(CultureInfo.InvariantCulture, $"{_path}: has {_end} bytes, {done.Length} were written")
                : _hash.ToString("x16", CultureInfo.InvariantCulture) != done.Hash ? $"{_path}: is not the file that was sealed"
                : "");
        }

        if (_fault.Length > 0 || ++_number >= files.Count)
        {
            _number = Math.Min(_number, files.Count - 1);
            return false;
        }

        _path = folder.File(files[_number].Name);
        if (!File.Exists(_path))
        {
            Fail($"{_path}: is missing");
            return false;
        }

        _file = File.OpenHandle(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        _open.Add(_file);
        _ahead = new ReadAhead(_file);
        (_end, _at, _hash) = (RandomAccess.GetLength(_file), 0, 0);
        return true;
    }

    private bool TryHead(out BlockHeader header)
    {
        header = default;
        _ahead.Reach(_at, _end);
        if (_end - _at < BlockHeader.Bytes || RandomAccess.Read(_file!, _head, _at) < BlockHeader.Bytes)
        {
            return Stop("ends in the middle of a block's head");
        }

        if (!BlockHeader.TryRead(_head, out header))
        {
            return Stop("has a damaged block head");
        }

        return _end - _at - BlockHeader.Bytes >= header.PayloadLength || Stop("ends in the middle of a block");
    }

    private void Pass(in BlockHeader header)
    {
        _hash = SegmentFile.Chain(_hash, _head);
        _at += BlockHeader.Bytes + header.PayloadLength;
    }

    private void Hand(in BlockHeader header)
    {
        byte[] payload = new byte[header.PayloadLength];
        if (RandomAccess.Read(_file!, payload, _at + BlockHeader.Bytes) < payload.Length)
        {
            Stop("ends in the middle of a block");
        }
        else if (Crc32C.Compute(payload) != header.PayloadCrc)
        {
            Stop("has a damaged block");
        }
        else if (handle(header, payload) is { } malformed)
        {
            Stop(malformed);
        }
        else
        {
            _isOpen |= header.Kind == BlockKind.OffersEnd;
            Pass(header);
        }
    }

    private bool Stop(string what)
    {
        Fail(string.Create(CultureInfo.InvariantCulture, $"{_path}: {what} at byte {_at}"));
        return false;
    }
}
