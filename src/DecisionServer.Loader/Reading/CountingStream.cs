namespace DecisionServer.Loader;

/// <summary>Reads on from a few bytes looked at before and counts what was taken from the file, for progress and messages.</summary>
internal sealed class CountingStream(Stream inner, ReadOnlyMemory<byte> peeked) : Stream
{
    private ReadOnlyMemory<byte> _peeked = peeked;
    private long _count;

    /// <summary>Bytes handed out. Safe to read from any thread.</summary>
    public long Count => Volatile.Read(ref _count);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => Count; set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        if (!TakePeeked(buffer, out var read)) read = inner.Read(buffer);
        return Counted(read);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (TakePeeked(buffer.Span, out var read)) return Counted(read);

        // Files are read by the thread that parses: handing each read to another one costs more than the read.
        cancellationToken.ThrowIfCancellationRequested();
        return Counted(inner is FileStream ? inner.Read(buffer.Span) : await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false));
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }

    private bool TakePeeked(Span<byte> buffer, out int read)
    {
        read = Math.Min(buffer.Length, _peeked.Length);
        _peeked.Span[..read].CopyTo(buffer);
        _peeked = _peeked[read..];
        return read > 0;
    }

    private int Counted(int read)
    {
        Volatile.Write(ref _count, _count + read);
        return read;
    }
}
