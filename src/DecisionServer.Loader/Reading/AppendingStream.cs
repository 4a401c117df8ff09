namespace DecisionServer.Loader;

/// <summary>A stream followed by a few more bytes.</summary>
internal sealed class AppendingStream(Stream inner, ReadOnlyMemory<byte> tail) : Stream
{
    private ReadOnlyMemory<byte> _tail = tail;

    /// <summary>True once the inner stream has ended.</summary>
    public bool InTail { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty) return 0;
        var read = InTail ? 0 : inner.Read(buffer);
        return read > 0 ? read : TakeTail(buffer);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty) return 0;
        var read = InTail ? 0 : await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        return read > 0 ? read : TakeTail(buffer.Span);
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

    private int TakeTail(Span<byte> buffer)
    {
        InTail = true;
        var read = Math.Min(buffer.Length, _tail.Length);
        _tail.Span[..read].CopyTo(buffer);
        _tail = _tail[read..];
        return read;
    }
}
