using System.Globalization;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace DecisionServer.Store;

/// <summary>
/// A generation that is on its way here, in a folder of its own that no start takes for a generation. Each file is verified when it is complete;
/// <see cref="GenerationRegistry.Import"/> verifies all of it once more while it reads it into memory, and then renames the folder.
/// Taken up again after a cut or a restart. One thread at a time.
/// </summary>
public sealed class StagedGeneration : IDisposable
{
    /// <summary>What the folders begin with; those of generations begin otherwise.</summary>
    internal const string Prefix = "incoming-";

    private readonly Dictionary<string, long> _expected = new(StringComparer.Ordinal);
    private readonly HashSet<string> _complete = new(StringComparer.Ordinal);
    private Manifest? _manifest;
    private SafeFileHandle? _open;
    private string _openName = "";

    private StagedGeneration(GenerationFolder folder) => Folder = folder;

    /// <summary>The generation.</summary>
    public string Id => Folder.Id;

    /// <summary>Hash over all segments of the content that is coming; empty: nothing is known of it yet.</summary>
    public string ContentHash => _manifest?.ContentHash ?? "";

    /// <summary>The shards that are coming. Null: all, or nothing is known of it yet.</summary>
    public ShardSet? Shards => _manifest?.Shards;

    /// <summary>Whether all files are there and whole.</summary>
    public bool IsComplete => _manifest is not null && _expected.Count > 0 && _expected.Keys.All(_complete.Contains);

    /// <summary>Bytes that are there.</summary>
    public long Bytes => _expected.Keys.Sum(name => LengthOf(name));

    /// <summary>The segments that are there, wholly or their beginnings.</summary>
    public IReadOnlyList<TransferFile> Held =>
        [.. (_manifest?.Segments ?? []).Select(segment => new TransferFile(segment.Name, LengthOf(segment.Name))).Where(file => file.Length > 0)];

    internal GenerationFolder Folder { get; }

    internal Manifest Manifest => _manifest ?? throw new GenerationException(GenerationError.Damaged, $"{Folder.File(Manifest.FileName)}: is missing");

    /// <summary>The folder for a generation that is to come, with what an earlier attempt has left in it and is good.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public static StagedGeneration Open(StoreOptions options, string id)
    {
        Directory.CreateDirectory(options.Directory);
        var staged = new StagedGeneration(GenerationFolder.Of(options.Directory, id, Prefix));
        if (Directory.Exists(staged.Folder.Path) && !staged.TakeUp())
        {
            staged.Discard();
        }

        return staged;
    }

    /// <summary>Ids of generations that attempts of before have left something of.</summary>
    public static IReadOnlyList<string> Find(StoreOptions options) =>
        !Directory.Exists(options.Directory) ? []
        : [.. Directory.EnumerateDirectories(options.Directory, Prefix + "*").Order(StringComparer.Ordinal).Select(path => GenerationFolder.At(path, Prefix).Id)];

    /// <summary>Removes what attempts of before have left of a generation that nobody waits for any more.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public static void Remove(StoreOptions options, string id)
    {
        using var staged = new StagedGeneration(GenerationFolder.Of(options.Directory, id, Prefix));
        staged.Discard();
    }

    /// <summary>Says what comes. Files that describe the content and are here already stay as they are.</summary>
    /// <exception cref="GenerationException">It is not what a generation consists of, not the content that is here, or there is no room on the disk.</exception>
    public void Begin(string contentHash, IReadOnlyList<TransferFile> files)
    {
        if (files.Any(file => file.Length <= 0 || !IsName(file.Name)) || files.DistinctBy(file => file.Name).Count() != files.Count
            || files.All(file => file.Name != LoadManifest.FileName) || files.All(file => file.Name != Manifest.FileName))
        {
            throw Damaged($"{Folder.Path}: what is offered are not the files of a generation: {string.Join(", ", files.Select(file => file.Name))}");
        }

        if (_manifest is not null && _manifest.ContentHash != contentHash)
        {
            throw Damaged($"{Folder.Path}: is of content {_manifest.ContentHash}, what is offered is {contentHash}");
        }

        CloseFile();
        Folder.Create();
        _expected.Clear();
        foreach (TransferFile file in files)
        {
            _expected.Add(file.Name, file.Length);
        }

        long missing = files.Where(file => !_complete.Contains(file.Name)).Sum(file => file.Length - LengthOf(file.Name));
        long free = new DriveInfo(Folder.Path).AvailableFreeSpace;
        if (missing > free)
        {
            throw new GenerationException(GenerationError.StorageFull, string.Create(CultureInfo.InvariantCulture,
                $"{Folder.Path}: {missing >> 20} MiB are to come, the disk has room for {free >> 20} MiB"));
        }
    }

    /// <summary>Takes a part in; the last one of a file has it verified and put on the disk.</summary>
    /// <exception cref="GenerationException">The part is damaged or out of place, or the file that it completes is; that file is gone then and comes anew.</exception>
    /// <exception cref="IOException">The disk is full or failed.</exception>
    public void Write(in TransferChunk chunk)
    {
        if (!_expected.TryGetValue(chunk.Name, out long expected))
        {
            throw Damaged($"{Folder.File("")}: a part came of a file that was not announced");
        }

        if (_complete.Contains(chunk.Name))
        {
            return;
        }

        long length = LengthOf(chunk.Name);
        string? fault =
            Crc32C.Compute(chunk.Data.Span) != chunk.Crc ? "came damaged (its checksum does not match)"
            : chunk.Offset < 0 || chunk.Offset > length || chunk.Offset + chunk.Data.Length > expected ? "is out of place"
            : SegmentFile.IsName(chunk.Name) && _manifest is null ? "came before what describes it"
            : null;
        if (fault is not null)
        {
            throw Damaged(string.Create(CultureInfo.InvariantCulture, $"{Folder.File(chunk.Name)}: the part at byte {chunk.Offset} {fault}"));
        }

        OpenFile(chunk.Name);
        if (chunk.Offset < length)
        {
            RandomAccess.SetLength(_open!, chunk.Offset);
        }

        RandomAccess.Write(_open!, chunk.Data.Span, chunk.Offset);
        if (chunk.Offset + chunk.Data.Length == expected)
        {
            Finish(chunk.Name);
        }
    }

    /// <summary>Takes a whole file over from another folder: as a second name of the same file where it never changes and the file system can, as a copy otherwise.</summary>
    /// <exception cref="GenerationException">The file is damaged.</exception>
    /// <exception cref="IOException">The disk is full or failed.</exception>
    public void Take(string name, string from)
    {
        if (_complete.Contains(name))
        {
            return;
        }

        CloseFile();
        Delete(name);
        if (!SegmentFile.IsName(name) || !HardLink.TryMake(from, Folder.File(name)))
        {
            File.Copy(from, Folder.File(name));
        }

        Finish(name);
    }

    /// <summary>Removes what is there.</summary>
    public void Discard()
    {
        Dispose();
        _manifest = null;
        _complete.Clear();
        _expected.Clear();
        if (Directory.Exists(Folder.Path))
        {
            Directory.Delete(Folder.Path, recursive: true);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => CloseFile();

    /// <summary>Makes the folder ready to be a generation's: durable.</summary>
    internal void Close()
    {
        CloseFile();
        DurableFile.SyncDirectory(Folder.Path);
    }

    private static bool IsName(string name) => name is LoadManifest.FileName or Manifest.FileName || SegmentFile.IsName(name);

    private static GenerationException Damaged(string message) => new(GenerationError.Damaged, message);

    // What describes the content must be whole; of the segments a beginning will do, and what seems complete is verified.
    private bool TakeUp()
    {
        if (!Directory.Exists(Folder.Path) || Check(LoadManifest.FileName) is not null || Check(Manifest.FileName) is not null)
        {
            return false;
        }

        _complete.UnionWith([LoadManifest.FileName, Manifest.FileName]);
        foreach (SegmentFile segment in _manifest!.Segments)
        {
            if (LengthOf(segment.Name) < segment.Length)
            {
                continue;
            }

            if (Check(segment.Name) is null)
            {
                _complete.Add(segment.Name);
            }
            else
            {
                Delete(segment.Name);
            }
        }

        return true;
    }

    private void Finish(string name)
    {
        CloseFile();
        if (Check(name) is { } fault)
        {
            Delete(name);
            throw Damaged(fault);
        }

        using (SafeFileHandle file = File.OpenHandle(Folder.File(name), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete))
        {
            RandomAccess.FlushToDisk(file);
        }

        _complete.Add(name);
        _expected.TryAdd(name, LengthOf(name));
    }

    // What is wrong with a file that should be complete; null: nothing.
    private string? Check(string name)
    {
        try
        {
            return name switch
            {
                LoadManifest.FileName => !Folder.TryRead(out LoadManifest load, out string fault) ? fault : load.Id == Id ? null : $"{Folder.File(name)}: is of generation '{load.Id}'",
                Manifest.FileName => CheckManifest(),
                _ => CheckSegment(name),
            };
        }
        catch (JsonException)
        {
            return $"{Folder.File(name)}: is not what it should be";
        }
    }

    private string? CheckManifest()
    {
        if (!Folder.TryRead(out Manifest manifest, out string fault))
        {
            return fault;
        }

        bool inOrder = manifest.Segments.Select((segment, i) => segment.Name == SegmentFile.NameOf(i + 1) && segment.Length > 0).All(fits => fits);
        if (manifest.Id != Id || manifest.Format != Sealing.Format || !inOrder || Sealing.ContentHash(manifest.Segments) != manifest.ContentHash)
        {
            return $"{Folder.File(Manifest.FileName)}: is not the manifest of generation '{Id}', or of another version";
        }

        _manifest = manifest;
        return null;
    }

    private string? CheckSegment(string name)
    {
        if (_manifest!.Segments.FirstOrDefault(segment => segment.Name == name) is not { } segment)
        {
            return $"{Folder.File(name)}: is not in the manifest";
        }

        SegmentScan scan = SegmentReader.Scan(Folder.File(name), static (in BlockHeader _, ReadOnlyMemory<byte> _) => { });
        return scan.Fault.Length > 0 ? scan.Fault
            : scan.Length != segment.Length ? string.Create(CultureInfo.InvariantCulture, $"{Folder.File(name)}: has {scan.Length} bytes, {segment.Length} were written")
            : scan.Hash.ToString("x16", CultureInfo.InvariantCulture) != segment.Hash ? $"{Folder.File(name)}: is not the file that was sealed"
            : null;
    }

    private long LengthOf(string name) =>
        name == _openName && _open is not null ? RandomAccess.GetLength(_open)
        : new FileInfo(Folder.File(name)) is { Exists: true } file ? file.Length
        : 0;

    private void OpenFile(string name)
    {
        if (_openName != name || _open is null)
        {
            CloseFile();
            _open = File.OpenHandle(Folder.File(name), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
            _openName = name;
        }
    }

    private void CloseFile()
    {
        _open?.Dispose();
        _open = null;
    }

    private void Delete(string name)
    {
        File.Delete(Folder.File(name));
        _complete.Remove(name);
    }
}
