namespace DecisionServer.Store;

/// <summary>
/// The files of a complete generation as it was sealed, in the order in which they are handed on: what describes the others first. What was put into it since stays: other
/// nodes read that in truth.
/// </summary>
public sealed class GenerationFiles
{
    private readonly GenerationFolder _folder;

    internal GenerationFiles(GenerationFolder folder, Manifest manifest)
    {
        _folder = folder;
        ContentHash = manifest.ContentHash;
        Files =
        [
            new TransferFile(LoadManifest.FileName, LengthOf(LoadManifest.FileName)),
            new TransferFile(Manifest.FileName, LengthOf(Manifest.FileName)),
            .. manifest.Segments.Select(segment => new TransferFile(segment.Name, segment.Length)),
        ];
    }

    /// <summary>The generation.</summary>
    public string Id => _folder.Id;

    /// <summary>Hash over its segments, hexadecimal.</summary>
    public string ContentHash { get; }

    /// <summary>The files.</summary>
    public IReadOnlyList<TransferFile> Files { get; }

    /// <summary>Reads the files from their beginnings, or from behind what is held of a segment already.</summary>
    public GenerationFileCursor Read(IEnumerable<TransferFile> held) => new(this, held);

    internal string PathOf(string name) => _folder.File(name);

    private long LengthOf(string name) => new FileInfo(_folder.File(name)) is { Exists: true } file
        ? file.Length
        : throw new GenerationException(GenerationError.Damaged, $"{_folder.File(name)}: is missing");
}
