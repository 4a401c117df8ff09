namespace DecisionServer.Loader.Tests;

/// <summary>Hands out at most a few bytes at a time, so that every record straddles reads.</summary>
internal sealed class PiecewiseStream(byte[] content, int piece) : MemoryStream(content)
{
    public override int Read(Span<byte> buffer) => base.Read(buffer.Length > piece ? buffer[..piece] : buffer);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));
}
