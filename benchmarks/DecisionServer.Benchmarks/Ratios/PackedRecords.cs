using DecisionServer.Store;

namespace DecisionServer.Benchmarks;

/// <summary>The records of a generation's segment files, one after the other in memory.</summary>
internal sealed class PackedRecords
{
    private readonly List<(long Key, byte[] Block, int Start, int Length)> _records = [];

    private PackedRecords()
    {
    }

    /// <summary>Records.</summary>
    public int Count => _records.Count;

    /// <summary>Their bytes, without keys.</summary>
    public long Bytes { get; private set; }

    /// <summary>Reads all segment files of a folder.</summary>
    public static PackedRecords Read(string folder)
    {
        var records = new PackedRecords();
        for (var number = 1; File.Exists(Path.Combine(folder, SegmentFile.NameOf(number))); number++)
        {
            var scan = SegmentReader.Scan(Path.Combine(folder, SegmentFile.NameOf(number)), records.Take);
            if (scan.Fault.Length > 0) throw new IOException(scan.Fault);
        }

        return records.Count > 0 ? records : throw new IOException($"{folder}: holds no segment file with records");
    }

    public long Key(int index) => _records[index].Key;

    public ReadOnlySpan<byte> Record(int index)
    {
        var (_, block, start, length) = _records[index];
        return block.AsSpan(start, length);
    }

    private void Take(in BlockHeader header, ReadOnlyMemory<byte> payload)
    {
        if (header.Kind != BlockKind.Records) return;
        var block = payload.ToArray();
        var entries = new RecordEntries(block);
        for (var at = 0; entries.TryRead(int.MaxValue);)
        {
            at += RecordEntries.HeadBytes;
            _records.Add(((long)entries.Member.Hash, block, at, entries.Record.Length));
            at += entries.Record.Length;
            Bytes += entries.Record.Length;
        }
    }
}
