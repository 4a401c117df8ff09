using System.Globalization;
using System.Text;
using System.Text.Json;

namespace DecisionServer.Store;

/// <summary>The folder of one generation on disk, and its small files.</summary>
internal sealed class GenerationFolder
{
    /// <summary>What folders of generations begin with.</summary>
    public const string Prefix = "g-";

    private GenerationFolder(string path, string id) => (Path, Id) = (path, id);

    public string Path { get; }

    public string Id { get; }

    /// <summary>The folder of an id below <paramref name="root"/>. Ids may hold any character, names of folders may not.</summary>
    public static GenerationFolder Of(string root, string id, string prefix = Prefix)
    {
        var name = new StringBuilder(prefix);
        foreach (byte b in Encoding.UTF8.GetBytes(id))
        {
            if (char.IsAsciiLetterOrDigit((char)b) || b is (byte)'-' or (byte)'.' or (byte)'_')
            {
                name.Append((char)b);
            }
            else
            {
                name.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
            }
        }

        return new GenerationFolder(System.IO.Path.Combine(root, name.ToString()), id);
    }

    /// <summary>The folder at a path that <see cref="Of"/> made.</summary>
    public static GenerationFolder At(string path, string prefix = Prefix) =>
        new(path, Uri.UnescapeDataString(System.IO.Path.GetFileName(path)[prefix.Length..]));

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Create()
    {
        Directory.CreateDirectory(Path);
        DurableFile.SyncDirectory(System.IO.Path.GetDirectoryName(Path)!);
    }

    public void Delete()
    {
        if (Directory.Exists(Path))
        {
            // The manifest first: what is left of a folder whose removal was cut short is then a load, not a generation.
            System.IO.File.Delete(File(Manifest.FileName));
            Directory.Delete(Path, recursive: true);
        }
    }

    public void Write(LoadManifest load) => DurableFile.Write(File(LoadManifest.FileName), JsonSerializer.Serialize(load, StoreJson.Default.LoadManifest));

    public void Write(Manifest manifest) => DurableFile.Write(File(Manifest.FileName), JsonSerializer.Serialize(manifest, StoreJson.Default.Manifest));

    public bool TryRead(out LoadManifest load, out string fault)
    {
        load = null!;
        if (!DurableFile.TryRead(File(LoadManifest.FileName), out string json, out fault))
        {
            return false;
        }

        load = JsonSerializer.Deserialize(json, StoreJson.Default.LoadManifest)!;
        return true;
    }

    public bool TryRead(out Manifest manifest, out string fault)
    {
        manifest = null!;
        if (!DurableFile.TryRead(File(Manifest.FileName), out string json, out fault))
        {
            return false;
        }

        manifest = JsonSerializer.Deserialize(json, StoreJson.Default.Manifest)!;
        return true;
    }
}
