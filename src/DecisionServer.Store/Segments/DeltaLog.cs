using System.Buffers.Binary;
using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace DecisionServer.Store;

/// <summary>
/// Changes to a sealed generation (replaced sets, added offers): blocks appended to one file, durable when <see cref="Append"/> returns.
/// </summary>
/// <remarks>
/// After each block a small commit file says how long the log is, in two slots written in turn. So after a crash a torn end, which
/// was never acknowledged, differs from a log that lost acknowledged blocks: the first is cut off, the second refused.
/// </remarks>
internal sealed class DeltaLog : IDisposable
{
    public const string FileName = "delta.log";
    public const string CommitFileName = "delta.commit";
    private const int SlotBytes = 512; // a sector each: one write never tears both
    private const int SlotUsed = 20;

    private string _directory;
    private readonly Lock _gate = new();
    private SafeFileHandle? _log;
    private SafeFileHandle? _commit;
    private long _length;
    private ulong _blocks;
    private bool _broken;

    private DeltaLog(string directory, long length, ulong blocks) => (_directory, _length, _blocks) = (directory, length, blocks);

    /// <summary>Opens the log of a generation's folder, handing each block to <paramref name="handle"/>.</summary>
    /// <param name="directory">The generation's folder.</param>
    /// <param name="handle">Takes each block, in order.</param>
    /// <param name="log">The log, ready for more.</param>
    /// <param name="fault">What is damaged: file and byte.</param>
    /// <returns>False: the log is damaged.</returns>
    public static bool TryOpen(string directory, BlockHandler handle, out DeltaLog log, out string fault)
    {
        log = new DeltaLog(directory, 0, 0);
        fault = "";
        string path = Path.Combine(directory, FileName);
        long committed = ReadCommitted(Path.Combine(directory, CommitFileName));
        if (!File.Exists(path))
        {
            fault = committed > 0 ? $"{path}: is missing, {committed} bytes were committed" : "";
            return committed == 0;
        }

        ulong blocks = 0;
        bool inOrder = true;
        SegmentScan scan = SegmentReader.Scan(path, (in BlockHeader header, ReadOnlyMemory<byte> payload) =>
        {
            inOrder &= header.Sequence == ++blocks;
            if (inOrder)
            {
                handle(header, payload);
            }
        });
        if (!inOrder || scan.Length < committed)
        {
            fault = scan.Fault.Length > 0 ? scan.Fault
                : string.Create(CultureInfo.InvariantCulture, $"{path}: has {scan.Length} good bytes, {committed} were committed");
            return false;
        }

        log = new DeltaLog(directory, scan.Length, blocks);
        return true;
    }

    /// <summary>Bytes that are durable.</summary>
    public long Length
    {
        get
        {
            lock (_gate)
            {
                return _length;
            }
        }
    }

    /// <summary>What is wrong with a log that is to be whole to its last byte; null: nothing.</summary>
    public static string? Check(string directory)
    {
        string path = Path.Combine(directory, FileName);
        ulong blocks = 0;
        bool inOrder = true;
        SegmentScan scan = SegmentReader.Scan(path, (in BlockHeader header, ReadOnlyMemory<byte> _) => inOrder &= header.Sequence == ++blocks);
        return scan.Fault.Length > 0 ? scan.Fault : inOrder ? null : $"{path}: holds a block out of order";
    }

    /// <summary>Notes that a log is committed as long as it is.</summary>
    /// <exception cref="IOException">The disk is full or failed.</exception>
    public static void CommitAll(string directory)
    {
        TryOpen(directory, static (in BlockHeader _, ReadOnlyMemory<byte> _) => { }, out DeltaLog log, out _);
        using (log)
        {
            log.Open();
            log.Commit(log._length, log._blocks);
        }
    }

    /// <summary>How much of a log is committed, by its folder.</summary>
    public static long Committed(string directory) => ReadCommitted(Path.Combine(directory, CommitFileName));

    /// <summary>The folder was renamed, before anything was appended.</summary>
    public void MoveTo(string directory) => _directory = directory;

    /// <summary>Appends a block (head and payload; the head is written here) and waits for the disk.</summary>
    /// <exception cref="IOException">The disk is full or failed. The block was not taken in; every later call fails too until the generation is opened again.</exception>
    public void Append(BlockKind kind, int records, Span<byte> block)
    {
        lock (_gate)
        {
            if (_broken)
            {
                throw new IOException($"{Path.Combine(_directory, FileName)}: an earlier write failed; restart the server after the disk is well again");
            }

            try
            {
                Open();
                Span<byte> payload = block[BlockHeader.Bytes..];
                new BlockHeader(kind, 0, _blocks + 1, records, 0, payload.Length, Crc32C.Compute(payload)).Write(block);
                RandomAccess.Write(_log!, block, _length);
                RandomAccess.FlushToDisk(_log!);
                Commit(_length + block.Length, _blocks + 1);
            }
            catch (IOException)
            {
                // Whether the block is on the disk is not known any more: nothing may follow it.
                _broken = true;
                throw;
            }

            _length += block.Length;
            _blocks++;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _log?.Dispose();
        _commit?.Dispose();
    }

    private void Open()
    {
        if (_log is not null)
        {
            return;
        }

        _log = File.OpenHandle(Path.Combine(_directory, FileName), FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read);
        RandomAccess.SetLength(_log, _length);
        _commit = File.OpenHandle(Path.Combine(_directory, CommitFileName), FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read);
        DurableFile.SyncDirectory(_directory);
    }

    private void Commit(long length, ulong blocks)
    {
        Span<byte> slot = stackalloc byte[SlotUsed];
        BinaryPrimitives.WriteUInt64LittleEndian(slot, blocks);
        BinaryPrimitives.WriteInt64LittleEndian(slot[8..], length);
        BinaryPrimitives.WriteUInt32LittleEndian(slot[16..], Crc32C.Compute(slot[..16]));
        RandomAccess.Write(_commit!, slot, (long)(blocks % 2) * SlotBytes);
        RandomAccess.FlushToDisk(_commit!);
    }

    private static long ReadCommitted(string path)
    {
        long committed = 0;
        byte[] bytes = File.Exists(path) ? File.ReadAllBytes(path) : [];
        for (int slot = 0; slot < 2; slot++)
        {
            // A damaged slot is passed over: the block it told of is still found in the log, behind what the other one tells.
            ReadOnlySpan<byte> at = bytes.AsSpan(Math.Min(bytes.Length, slot * SlotBytes));
            if (at.Length >= SlotUsed && BinaryPrimitives.ReadUInt32LittleEndian(at[16..]) == Crc32C.Compute(at[..16]))
            {
                committed = Math.Max(committed, BinaryPrimitives.ReadInt64LittleEndian(at[8..]));
            }
        }

        return committed;
    }
}
