namespace DecisionServer.Store;

/// <summary>A file of a generation on its way to another node.</summary>
/// <param name="Name">Its name in the generation's folder.</param>
/// <param name="Length">Its length in bytes, or how much of it is there.</param>
public sealed record TransferFile(string Name, long Length);

/// <summary>A part of such a file.</summary>
/// <param name="Name">The file.</param>
/// <param name="Offset">Where in the file it begins.</param>
/// <param name="Data">The bytes.</param>
/// <param name="Crc">Their CRC-32C.</param>
public readonly record struct TransferChunk(string Name, long Offset, ReadOnlyMemory<byte> Data, uint Crc)
{
    /// <summary>Longest part, in bytes.</summary>
    public const int MaxBytes = 256 << 10;
}
