using System.Buffers;
using System.IO.Pipelines;

namespace DecisionServer.Loader;

/// <summary>
/// The unread bytes of a pipe as one contiguous span, so that parsers stay simple and fast. Where the pipe's bytes lie in two segments
/// (once per read), they are copied together: a few percent of a memory copy against a second set of parsers.
/// </summary>
internal sealed class PipeWindow(PipeReader reader, string name) : IAsyncDisposable
{
    private ReadOnlySequence<byte> _buffer;
    private ReadOnlyMemory<byte> _memory;
    private byte[] _joined = [];
    private int _consumed;
    private bool _reading;

    /// <summary>Bytes that were read and not yet consumed.</summary>
    public ReadOnlySpan<byte> Unread => _memory.Span[_consumed..];

    /// <summary>True: no bytes come after <see cref="Unread"/>.</summary>
    public bool IsCompleted { get; private set; }

    /// <summary>Where <see cref="Unread"/> begins, in bytes after decompression.</summary>
    public long Offset { get; private set; }

    public void Consume(int count)
    {
        _consumed += count;
        Offset += count;
    }

    /// <summary>Waits for more bytes than there are, or for the end.</summary>
    /// <exception cref="InputException">The file cannot be read, or its compression is damaged.</exception>
    public async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (IsCompleted) return;
        if (_reading) reader.AdvanceTo(_buffer.GetPosition(_consumed), _buffer.End);
        ReadResult result;
        try
        {
            result = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(new InputPlace(name, Offset, true), $"cannot be read on: {exception.Message}", "check the disk, then load again with --resume", exception);
        }

        _reading = true;
        _buffer = result.Buffer;
        _consumed = 0;
        IsCompleted = result.IsCompleted;
        _memory = _buffer.IsSingleSegment ? _buffer.First : Join(_buffer);
    }

    public async ValueTask DisposeAsync()
    {
        _buffer = default;
        _memory = default;
        _consumed = 0;
        IsCompleted = true;
        if (_joined.Length > 0) ArrayPool<byte>.Shared.Return(_joined);
        _joined = [];
        await reader.CompleteAsync().ConfigureAwait(false);
    }

    private ReadOnlyMemory<byte> Join(in ReadOnlySequence<byte> buffer)
    {
        var length = (int)buffer.Length;
        if (_joined.Length < length)
        {
            if (_joined.Length > 0) ArrayPool<byte>.Shared.Return(_joined);
            _joined = ArrayPool<byte>.Shared.Rent(length);
        }

        buffer.CopyTo(_joined);
        return _joined.AsMemory(0, length);
    }
}
