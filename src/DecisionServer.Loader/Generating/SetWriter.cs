namespace DecisionServer.Loader;

/// <summary>Writes generated sets into a stream in one format, through one buffer.</summary>
internal abstract class SetWriter(Stream stream) : IDisposable
{
    private const int BufferBytes = 256 * 1024;

    // The longest set in the longest format fits.
    private const int Spare = 32 * 1024;

    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _used;

    public static SetWriter Create(InputFormat format, Stream stream, byte[][] offerIds) => format switch
    {
        InputFormat.Csv => new CsvSetWriter(stream, offerIds),
        InputFormat.Ndjson => new NdjsonSetWriter(stream, offerIds),
        _ => new DelimitedSetWriter(stream, offerIds),
    };

    public void Write(OfferSetRecord record)
    {
        if (_used > BufferBytes - Spare) Flush();
        _used += Format(record, _buffer.AsSpan(_used));
    }

    public void WriteRaw(ReadOnlySpan<byte> bytes)
    {
        if (_used > BufferBytes - Spare) Flush();
        bytes.CopyTo(_buffer.AsSpan(_used));
        _used += bytes.Length;
    }

    public void Flush()
    {
        stream.Write(_buffer, 0, _used);
        _used = 0;
    }

    public void Dispose()
    {
        Flush();
        stream.Flush();
    }

    protected abstract int Format(OfferSetRecord record, Span<byte> target);

    /// <summary>Writes a score of four decimals between 0 and 1: "0.1234".</summary>
    protected static int WriteScore(Span<byte> target, float score)
    {
        var value = (int)MathF.Round(score * 10_000);
        target[0] = (byte)('0' + (value / 10_000));
        target[1] = (byte)'.';
        MemberGenerator.WriteDigits(target.Slice(2, 4), value % 10_000);
        return 6;
    }

    protected static int Copy(ReadOnlySpan<byte> bytes, Span<byte> target)
    {
        bytes.CopyTo(target);
        return bytes.Length;
    }

    /// <summary>The name of an affinity kind in files.</summary>
    protected static ReadOnlySpan<byte> KindName(byte kind) => kind switch
    {
        1 => "product"u8,
        2 => "category"u8,
        3 => "brand"u8,
        _ => "chain"u8,
    };
}
