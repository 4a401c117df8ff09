using System.Text;

namespace DecisionServer.Load.Wire;

/// <summary>
/// Header blocks of requests. A path's first request puts its fields into the peer's dynamic table, every later one is six bytes or so of
/// indexes, as the clients of gRPC do it. Where the peer keeps no table, every block is written out.
/// </summary>
internal sealed class HeaderEncoder(string authority, bool indexing)
{
    private const int FirstDynamicIndex = 62;

    // 4,096 bytes are every peer's table; an entry is its text and 32 bytes. Beyond this many paths nothing more is put in.
    private const int MaxPaths = 16;
    private readonly Dictionary<(string Path, string? Timeout), Entry> _paths = [];
    private string? _lastPath;
    private string? _lastTimeout;
    private byte[] _lastBlock = [];
    private int _inserted;
    private bool _commonInserted;
    private int _authorityAt;
    private int _contentTypeAt;
    private int _teAt;

    /// <summary>The block for a request to this path, valid until the next call.</summary>
    /// <param name="path">The path.</param>
    /// <param name="timeout">The value of grpc-timeout; null: none.</param>
    public ReadOnlySpan<byte> Encode(string path, string? timeout = null)
    {
        if (ReferenceEquals(path, _lastPath) && ReferenceEquals(timeout, _lastTimeout))
            return _lastBlock;
        if (_paths.TryGetValue((path, timeout), out Entry? known) && known.Block is not null && known.At == _inserted)
            return Remember(path, timeout, known.Block);
        byte[] block = Build(path, timeout, known, out bool steady);
        _lastPath = null;
        if (!steady)
            return block;
        _paths[(path, timeout)] = new Entry(known?.PathAt ?? 0, known?.TimeoutAt ?? 0, block, _inserted);
        return Remember(path, timeout, block);
    }

    private byte[] Remember(string path, string? timeout, byte[] block)
    {
        (_lastPath, _lastTimeout, _lastBlock) = (path, timeout, block);
        return block;
    }

    private byte[] Build(string path, string? timeout, Entry? known, out bool steady)
    {
        var block = new List<byte>(160) { 0x83, 0x86 };
        steady = true;
        if (!indexing || (known is null && _paths.Count >= MaxPaths))
        {
            Literal(block, 0x04, path);
            Literal(block, 0x01, authority);
            ContentTypeLiteral(block, 0x0F);
            Literal(block, "te", "trailers", 0x00);
            if (timeout is not null)
                Literal(block, "grpc-timeout", timeout, 0x00);
            return [.. block];
        }

        if (known is null)
        {
            // New entries shift the indexes of the old ones: this block is used once.
            steady = false;
            Literal(block, 0x44, path);
            _paths[(path, timeout)] = new Entry(++_inserted, 0, null, 0);
        }
        else
        {
            Indexed(block, known.PathAt);
        }

        if (!_commonInserted)
        {
            Literal(block, 0x41, authority);
            _authorityAt = ++_inserted;
            ContentTypeLiteral(block, 0x5F);
            _contentTypeAt = ++_inserted;
            Literal(block, "te", "trailers", 0x40);
            _teAt = ++_inserted;
            _commonInserted = true;
        }
        else
        {
            Indexed(block, _authorityAt);
            Indexed(block, _contentTypeAt);
            Indexed(block, _teAt);
        }

        // After the fields of HTTP itself, which come first.
        if (timeout is not null)
            Timeout(block, path, timeout);
        return [.. block];
    }

    private void Timeout(List<byte> block, string path, string timeout)
    {
        Entry entry = _paths[(path, timeout)];
        if (entry.TimeoutAt > 0)
        {
            Indexed(block, entry.TimeoutAt);
            return;
        }

        Literal(block, "grpc-timeout", timeout, 0x40);
        _paths[(path, timeout)] = entry with { TimeoutAt = ++_inserted };
    }

    private void Indexed(List<byte> block, int insertedAs) => HeaderBlock.WriteInteger(block, 0x80, 7, FirstDynamicIndex + _inserted - insertedAs);

    private static void ContentTypeLiteral(List<byte> block, byte first)
    {
        // Name: index 31 of the static table. 0x0F is a literal without indexing with its prefix full, 0x5F one with indexing.
        block.Add(first);
        if (first == 0x0F)
            block.Add(31 - 15);
        HeaderBlock.WriteString(block, "application/grpc");
    }

    private static void Literal(List<byte> block, byte first, string value)
    {
        block.Add(first);
        HeaderBlock.WriteString(block, value);
    }

    private static void Literal(List<byte> block, string name, string value, byte first)
    {
        block.Add(first);
        HeaderBlock.WriteString(block, name);
        HeaderBlock.WriteString(block, value);
    }

    private sealed record Entry(int PathAt, int TimeoutAt, byte[]? Block, int At);
}
