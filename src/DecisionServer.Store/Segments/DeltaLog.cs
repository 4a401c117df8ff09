using System.Buffers.Binary;
using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace DecisionServer.Store;

/// <summary>A block that is to be appended.</summary>
/// <param name="Kind">What its payload is.</param>
/// <param name="Records">Records or offers in it.</param>
/// <param name="Bytes">Room for the head, then the payload.</param>
internal readonly record struct DeltaBlock(BlockKind Kind, int Records, Memory<byte> Bytes);

/// <summary>
/// Changes to a sealed generation (replaced sets, added offers): blocks appended to one file, durable when <c>Append</c> returns.
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

    // The one that the last commit was written to.
    private int _slot;

    private DeltaLog(string directory, long length, ulong blocks, int slot) => (_directory, _length, _blocks, _slot) = (directory, length, blocks, slot);

    /// <summary>Opens the log of a generation's folder, handing each block to <paramref name="handle"/>.</summary>
    /// <param name="directory">The generation's folder.</param>
    /// <param name="handle">Takes each block, in order.</param>
    /// <param name="log">The log, ready for more.</param>
    /// <param name="fault">What is damaged: file and byte.</param>
    /// <returns>False: the log is damaged.</returns>
    public static bool TryOpen(string directory, BlockHandler handle, out DeltaLog log, out string fault)
    {
        string path = Path.Combine(directory, FileName);
        long committed = ReadCommitted(Path.Combine(directory, CommitFileName), out int slot);
        log = new DeltaLog(directory, 0, 0, slot);
        fault = "";
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

        log = new DeltaLog(directory, scan.Length, blocks, slot);
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

    /// <summary>The folder was renamed, before anything was appended.</summary>
    public void MoveTo(string directory) => _directory = directory;

    /// <summary>Appends a block (head and payload; the head is written here) and waits for the disk.</summary>
    /// <exception cref="IOException">The disk is full or failed. The block was not taken in; every later call fails too until the generation is opened again.</exception>
    public void Append(BlockKind kind, int records, Memory<byte> block) => Append([new DeltaBlock(kind, records, block)]);

    /// <summary>Appends blocks and waits for the disk, once. After a crash the first of them may be there without the last.</summary>
    /// <exception cref="IOException">The disk is full or failed. No block was taken in; every later call fails too until the generation is opened again.</exception>
    public void Append(IReadOnlyList<DeltaBlock> blocks)
    {
        lock (_gate)
        {
            if (_broken)
            {
                throw new IOException($"{Path.Combine(_directory, FileName)}: an earlier write failed; restart the server after the disk is well again");
            }

            (long length, ulong count) = (_length, _blocks);
            try
            {
                Open();
                foreach (DeltaBlock block in blocks)
                {
                    Span<byte> payload = block.Bytes.Span[BlockHeader.Bytes..];
                    new BlockHeader(block.Kind, 0, ++count, block.Records, 0, payload.Length, Crc32C.Compute(payload)).Write(block.Bytes.Span);
                    RandomAccess.Write(_log!, block.Bytes.Span, length);
                    length += block.Bytes.Length;
                }

                RandomAccess.FlushToDisk(_log!);
                Commit(length, count);
            }
            catch (IOException)
            {
                // Whether the blocks are on the disk is not known any more: nothing may follow them.
                _broken = true;
                throw;
            }

            (_length, _blocks) = (length, count);
        }
    }

    /// <summary>Reads what has been appended, while more may be: the last block may come, or not yet.</summary>
    public void Read(BlockHandler handle)
    {
        string path = Path.Combine(_directory, FileName);
        if (File.Exists(path))
        {
            SegmentReader.Scan(path, handle);
        }
    }

    /// <summary>Puts the log of a generation's folder aside, in place of one that was put aside before.</summary>
    public static string PutAside(string directory)
    {
        string path = Path.Combine(directory, FileName), aside = path + ".aside";
        File.Delete(Path.Combine(directory, CommitFileName));
        if (File.Exists(path))
        {
            File.Move(path, aside, overwrite: true);
        }

        DurableFile.SyncDirectory(directory);
        return aside;
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
        _slot = 1 - _slot;
        RandomAccess.Write(_commit!, slot, (long)_slot * SlotBytes);
        RandomAccess.FlushToDisk(_commit!);
    }

    private static long ReadCommitted(string path, out int last)
    {
        long committed = last = 0;
        byte[] bytes = File.Exists(path) ? File.ReadAllBytes(path) : [];
        for (int slot = 0; slot < 2; slot++)
        {
            // A damaged slot is passed over: the block it told of is still found in the log, behind what the other one tells.
            ReadOnlySpan<byte> at = bytes.AsSpan(Math.Min(bytes.Length, slot * SlotBytes));
            if (at.Length >= SlotUsed && BinaryPrimitives.ReadUInt32LittleEndian(at[16..]) == Crc32C.Compute(at[..16]))
            {
                long length = BinaryPrimitives.ReadInt64LittleEndian(at[8..]);
                (committed, last) = length > committed ? (length, slot) : (committed, last);
            }
        }

        return committed;
    }
}
