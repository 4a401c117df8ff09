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
    private readonly Dictionary<string, Entry> _paths = new(StringComparer.Ordinal);
    private int _inserted;
    private bool _commonInserted;
    private int _authorityAt;
    private int _contentTypeAt;
    private int _teAt;

    /// <summary>The block for a request to this path, valid until the next call.</summary>
    public ReadOnlySpan<byte> Encode(string path)
    {
        if (_paths.TryGetValue(path, out Entry? known) && known.Block is not null && known.At == _inserted)
            return known.Block;
        byte[] block = Build(path, known, out bool steady);
        if (steady)
            _paths[path] = new Entry(known?.PathAt ?? 0, block, _inserted);
        return block;
    }

    private byte[] Build(string path, Entry? known, out bool steady)
    {
        var block = new List<byte>(160) { 0x83, 0x86 };
        steady = true;
        if (!indexing || (known is null && _paths.Count >= MaxPaths))
        {
            Literal(block, 0x04, path);
            Literal(block, 0x01, authority);
            ContentTypeLiteral(block, 0x0F);
            Literal(block, "te", "trailers", 0x00);
            return [.. block];
        }

        if (known is null)
        {
            // New entries shift the indexes of the old ones: this block is used once.
            steady = false;
            Literal(block, 0x44, path);
            _paths[path] = new Entry(++_inserted, null, 0);
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

        return [.. block];
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

    private sealed record Entry(int PathAt, byte[]? Block, int At);
}
