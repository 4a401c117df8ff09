namespace DecisionServer.Loader;

/// <summary>An open input: bytes after decompression, in a window, and how much of the file is behind us.</summary>
internal sealed class InputSource : IAsyncDisposable
{
    private static readonly byte[] GzipMagic = [0x1f, 0x8b];

    private readonly CountingStream _counting;

    private InputSource(InputSpec spec, CountingStream counting, Stream content)
    {
        Spec = spec;
        _counting = counting;
        Window = new InputWindow(content, spec.Name);
    }

    /// <summary>What was opened.</summary>
    public InputSpec Spec { get; }

    /// <summary>The unread bytes.</summary>
    public InputWindow Window { get; }

    /// <summary>Bytes taken from the file so far, compressed ones where it is compressed.</summary>
    public long BytesTaken => _counting.Count;

    /// <summary>Opens a file or <paramref name="standardInput"/>; gzip is told by its first bytes.</summary>
    /// <exception cref="InputException">It cannot be opened, or ends in <c>.gz</c> and is not gzip.</exception>
    public static async ValueTask<InputSource> OpenAsync(InputSpec spec, Stream standardInput, CancellationToken cancellationToken)
    {
        try
        {
            var stream = spec.IsStandardInput
                ? standardInput
                : new FileStream(spec.Path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.SequentialScan);
            return await LookAsync(spec, stream, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(InputPlace.Whole(spec.Name), $"cannot be read: {exception.Message}", "check the path and its permissions", exception);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Window.DisposeAsync().ConfigureAwait(false);
        await _counting.DisposeAsync().ConfigureAwait(false);
    }

    private static async ValueTask<InputSource> LookAsync(InputSpec spec, Stream stream, CancellationToken cancellationToken)
    {
        var head = new byte[GzipMagic.Length];
        var peeked = await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        var counting = new CountingStream(stream, head.AsMemory(0, peeked));
        var isGzip = head.AsSpan(0, peeked).SequenceEqual(GzipMagic);
        if (!isGzip && peeked > 0 && spec.Path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
        {
            await counting.DisposeAsync().ConfigureAwait(false);
            throw new InputException(new InputPlace(spec.Name, 0, true), "does not begin like gzip data", "take .gz off the name, or compress the file");
        }

        return new InputSource(spec, counting, isGzip ? new GzipInputStream(counting, spec.Name) : counting);
    }
}
