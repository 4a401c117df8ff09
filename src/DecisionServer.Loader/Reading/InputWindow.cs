using System.Buffers;

namespace DecisionServer.Loader;

/// <summary>The unread bytes of an input as one contiguous span, so that parsers stay simple and fast.</summary>
/// <remarks>What is left of a message is moved to the front before each read: at most a few hundred bytes where messages are small.</remarks>
internal sealed class InputWindow(Stream content, string name) : IAsyncDisposable
{
    // About a thousand sets: few reads, and the bytes are still in the processor's cache when they are parsed.
    private const int InitialBytes = 256 * 1024;

    private byte[] _buffer = [];
    private int _start;
    private int _end;

    /// <summary>Bytes that were read and not yet consumed.</summary>
    public ReadOnlySpan<byte> Unread => _buffer.AsSpan(_start, _end - _start);

    /// <summary>True: no bytes come after <see cref="Unread"/>.</summary>
    public bool IsCompleted { get; private set; }

    /// <summary>Where <see cref="Unread"/> begins, in bytes after decompression.</summary>
    public long Offset { get; private set; }

    public void Consume(int count)
    {
        _start += count;
        Offset += count;
    }

    /// <summary>Waits for more bytes than there are, or for the end.</summary>
    /// <exception cref="InputException">The file cannot be read, or its compression is damaged.</exception>
    public async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (IsCompleted) return;
        MakeRoom();
        int read;
        try
        {
            read = await content.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(new InputPlace(name, Offset, true), $"cannot be read on: {exception.Message}", "check the disk, then load again with --resume", exception);
        }

        _end += read;
        IsCompleted = read == 0;
    }

    public async ValueTask DisposeAsync()
    {
        Return(_buffer);
        (_buffer, _start, _end, IsCompleted) = ([], 0, 0, true);
        await content.DisposeAsync().ConfigureAwait(false);
    }

    private void MakeRoom()
    {
        var unread = Unread;

        // A message longer than half of the buffer: without more room, reads would become small and many.
        var target = unread.Length > _buffer.Length / 2 || _buffer.Length == 0 ? ArrayPool<byte>.Shared.Rent(Math.Max(InitialBytes, 2 * _buffer.Length)) : _buffer;
        unread.CopyTo(target);
        if (target != _buffer) Return(_buffer);
        (_buffer, _start, _end) = (target, 0, unread.Length);
    }

    private static void Return(byte[] buffer)
    {
        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
    }
}
