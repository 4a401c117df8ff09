using System.IO.Compression;

namespace DecisionServer.Loader;

/// <summary>
/// Decompresses gzip (one member or several) and proves that the end was reached: a cut, damaged or continued file is an
/// <see cref="InputException"/> instead of a silent end. See <see cref="GzipSentinel"/>.
/// </summary>
internal sealed class GzipInputStream : Stream
{
    private const int BlockSize = 64 * 1024;

    private readonly CountingStream _compressed;
    private readonly AppendingStream _appended;
    private readonly GZipStream _gzip;
    private readonly string _name;
    private readonly byte[] _held = new byte[BlockSize + GzipSentinel.Content.Length];
    private int _heldStart;
    private int _heldEnd;
    private bool _ended;

    public GzipInputStream(CountingStream compressed, string name)
    {
        _compressed = compressed;
        _name = name;
        _appended = new AppendingStream(compressed, GzipSentinel.Member);
        _gzip = new GZipStream(_appended, CompressionMode.Decompress);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    // What may turn out to be the sentinel is held back.
    private int Ready => _heldEnd - _heldStart - GzipSentinel.Content.Length;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty) return 0;
        while (Ready <= 0 && !_ended)
        {
            MakeRoom();
            try
            {
                Took(await _gzip.ReadAsync(_held.AsMemory(_heldEnd), cancellationToken).ConfigureAwait(false));
            }
            catch (InvalidDataException exception)
            {
                throw Damaged(exception);
            }
        }

        return Hand(buffer.Span);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count)
        => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _gzip.Dispose();
        base.Dispose(disposing);
    }

    private void MakeRoom()
    {
        _held.AsSpan(_heldStart, _heldEnd - _heldStart).CopyTo(_held);
        (_heldStart, _heldEnd) = (0, _heldEnd - _heldStart);
    }

    private void Took(int read)
    {
        _heldEnd += read;
        if (read > 0) return;
        _ended = true;
        if (!_held.AsSpan(_heldStart, _heldEnd - _heldStart).EndsWith(GzipSentinel.Content)) throw Damaged(null);
    }

    private int Hand(Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, Math.Max(0, Ready));
        _held.AsSpan(_heldStart, count).CopyTo(buffer);
        _heldStart += count;
        return count;
    }

    private InputException Damaged(InvalidDataException? inner)
    {
        var place = new InputPlace(_name, _compressed.Count, true);
        return _appended.InTail
            ? new(place, "the gzip data is truncated, or followed by bytes that are not gzip", "write or copy the file again, and check it with gzip -t", inner)
            : new(place, "the gzip data is damaged near here, or followed by bytes that are not gzip", "write or copy the file again, and check it with gzip -t", inner);
    }
}
