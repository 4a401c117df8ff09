using Microsoft.Extensions.Logging;

namespace DecisionServer.Store;

/// <summary>Makes a staged generation one of the registry's. The lock of the life cycle is held at the beginning and at the end only: reading takes long.</summary>
internal sealed class GenerationImport(StoreOptions options, GenerationTable table, GenerationMemory memory, Lock lifecycle, ILogger log)
{
    private const string ReplacedPrefix = "replaced-";

    /// <summary>Removes what an import that was cut short has put aside.</summary>
    public static void CleanUp(string root)
    {
        foreach (string path in Directory.GetDirectories(root, ReplacedPrefix + "*"))
        {
            Directory.Delete(path, recursive: true);
        }
    }

    /// <summary>Null: the same content is here already.</summary>
    public Generation? Run(StagedGeneration staged, CancellationToken stop)
    {
        // 1. The id and the room.
        if (!staged.Folder.TryRead(out LoadManifest load, out string fault))
        {
            throw new GenerationException(GenerationError.Damaged, fault);
        }

        Manifest manifest = staged.Manifest;
        GenerationSlot reserved;
        long maxBytes;
        lock (lifecycle)
        {
            if (!IsFree(staged))
            {
                staged.Discard();
                return null;
            }

            maxBytes = memory.MakeRoom(staged.Id, manifest.Counts.OfferSets);
            reserved = Reserve(staged, load, manifest);
        }

        // 2. Into memory, every byte verified, and durable under its temporary name.
        Generation? generation = null;
        try
        {
            generation = GenerationReader.Open(staged.Folder, maxBytes, load.Begun, stop, out fault)
                ?? throw new GenerationException(GenerationError.Damaged, fault);
            staged.Close();

            // 3. One rename makes it a generation of this node, for this process and for every later one.
            lock (lifecycle)
            {
                GenerationFolder folder = GenerationFolder.Of(options.Directory, staged.Id);
                Move(staged.Folder.Path, folder.Path);
                generation.MoveTo(folder.Path);
                var slot = new GenerationSlot(folder, load)
                {
                    Manifest = manifest,
                    Generation = generation,
                    State = manifest.Passed ? GenerationState.Sealed : GenerationState.Failed,
                    Failure = manifest.Passed ? "" : Sealing.DescribeFailure(manifest),
                };
                table.Replace(slot);
                Log.Imported(log, staged.Id, slot.State, manifest.Counts.OfferSets);
                return generation;
            }
        }
        catch
        {
            lock (lifecycle)
            {
                GiveUp(reserved);
            }

            generation?.Retire();
            throw;
        }
    }

    // Free: nobody has it, or what is there is damaged for good. False: the same content is here.
    private bool IsFree(StagedGeneration staged)
    {
        if (!table.TryFind(staged.Id, out GenerationSlot slot))
        {
            return true;
        }

        if (slot is { State: GenerationState.Failed, Manifest: null, Incoming: 0 })
        {
            return true;
        }

        return slot.Manifest?.ContentHash == staged.ContentHash ? false : throw new GenerationException(GenerationError.AlreadyExists,
            $"generation '{staged.Id}' exists here with another content and is {slot.State.ToString().ToUpperInvariant()}; drop it first");
    }

    private GenerationSlot Reserve(StagedGeneration staged, LoadManifest load, Manifest manifest)
    {
        if (!table.TryFind(staged.Id, out GenerationSlot slot))
        {
            slot = new GenerationSlot(GenerationFolder.Of(options.Directory, staged.Id), load);
            table.Add(slot);
        }

        table.Change(() => slot.Incoming = Math.Max(1, memory.Budget.Estimate(manifest.Counts.OfferSets)));
        return slot;
    }

    private void GiveUp(GenerationSlot reserved)
    {
        if (reserved.State == GenerationState.Loading)
        {
            table.Remove(reserved);
        }
        else
        {
            table.Change(() => reserved.Incoming = 0);
        }
    }

    // A damaged folder of the same id goes aside first; cut short between the two renames, neither is there and the staged one comes again.
    private void Move(string staged, string path)
    {
        string aside = Path.Combine(options.Directory, ReplacedPrefix + Guid.NewGuid().ToString("n"));
        bool replaces = Directory.Exists(path);
        if (replaces)
        {
            Directory.Move(path, aside);
        }

        Directory.Move(staged, path);
        DurableFile.SyncDirectory(options.Directory);
        if (!replaces)
        {
            return;
        }

        try
        {
            Directory.Delete(aside, recursive: true);
        }
        catch (IOException)
        {
            // It is nobody's any more; the next start removes it.
        }
    }
}
