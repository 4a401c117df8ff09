using System.Text.Json;

namespace DecisionServer.Store;

/// <summary>
/// Which generations serve, kept in two files written in turn: if the newer one is damaged, the older one tells what served before.
/// </summary>
internal sealed class PointerFile(string root)
{
    private long _number;

    /// <summary>Reads the newest pointer that is whole. Null: nothing was ever published. Faults tell of damaged files.</summary>
    public ServingPointer? Read(ICollection<string> faults)
    {
        ServingPointer? newest = null;
        for (int slot = 0; slot < 2; slot++)
        {
            if (File.Exists(PathOf(slot)))
            {
                if (!DurableFile.TryRead(PathOf(slot), out string json, out string fault))
                {
                    faults.Add(fault);
                }
                else if (JsonSerializer.Deserialize(json, StoreJson.Default.ServingPointer) is { } pointer && pointer.Number > (newest?.Number ?? 0))
                {
                    newest = pointer;
                }
            }
        }

        _number = newest?.Number ?? 0;
        return newest;
    }

    /// <summary>Writes the next pointer, over the older of the two files.</summary>
    /// <exception cref="IOException">The disk is full or failed; the pointer before still holds.</exception>
    public void Write(string current, string? previous, DateTimeOffset publishedAt)
    {
        var pointer = new ServingPointer(_number + 1, current, previous, publishedAt);
        DurableFile.Write(PathOf((int)(pointer.Number % 2)), JsonSerializer.Serialize(pointer, StoreJson.Default.ServingPointer));
        _number = pointer.Number;
    }

    private string PathOf(int slot) => Path.Combine(root, slot == 0 ? "serving-a.json" : "serving-b.json");
}
