using Microsoft.Extensions.Logging;

namespace DecisionServer.Store;

/// <summary>
/// Brings complete generations into memory from their files, keeps them to who was erased and to the truth that this node follows, and lets go of them. Called under the lock of
/// the life cycle, but for <see cref="Follow"/>.
/// </summary>
internal sealed class GenerationMemory(StoreOptions options, GenerationTable table, ErasureLog erasures, EarlyRead? early, ILogger log)
{
    /// <summary>Which truth says what was put into generations; empty: their own logs do.</summary>
    public string Truth { get; set; } = "";

    /// <summary>What all of them together may take.</summary>
    public MemoryBudget Budget { get; } = new(options, table);

    /// <summary>Makes room for a generation of about so many sets, and tells how much it may take.</summary>
    /// <exception cref="GenerationException">There is no room; nothing was changed.</exception>
    public long MakeRoom(string id, long sets) => Budget.MakeRoom(id, sets, LetGo);

    /// <summary>Reads one into memory that is not there: it was sealed before a restart, or let go for want of room.</summary>
    /// <exception cref="GenerationException">It is not complete, or damaged, or there is no room.</exception>
    public void Open(GenerationSlot slot)
    {
        if (slot.Generation is null && slot.Manifest is { } manifest)
        {
            MakeRoom(slot.Folder.Id, manifest.Counts.OfferSets);
        }

        if (slot.Generation is null && Reopen(slot.Folder.Id, CancellationToken.None) is null)
        {
            throw slot.Refuse(slot.Failure);
        }
    }

    /// <summary>Reads one into memory, at start. Null: there is none, or it is damaged.</summary>
    public GenerationSlot? Reopen(string? id, CancellationToken stop)
    {
        if (id is null || !table.TryFind(id, out GenerationSlot slot) || slot.Manifest is null)
        {
            return null;
        }

        slot.Generation ??= OfTruth(early?.Take(id, stop) ?? Read());
        return slot.Generation is null ? null : slot;

        Generation? Read() =>
            GenerationReader.Open(slot.Folder, options.MaxGenerationBytes, slot.Load?.Begun ?? default, stop, out string fault) ?? Damaged(fault);

        // What was put by a history that does not exist any more, or while this server was alone, other nodes do not have.
        Generation? OfTruth(Generation? generation)
        {
            if (generation is null || Truth.Length == 0 || !generation.IsChanged || generation.Puts.Truth == Truth)
            {
                return generation;
            }

            generation.Retire();
            Log.ChangesPutAside(log, id, DeltaLog.PutAside(slot.Folder.Path));
            return Read();
        }

        Generation? Damaged(string fault)
        {
            table.Change(() => (slot.State, slot.Failure, slot.Manifest) = (GenerationState.Failed, fault, null));

            Log.GenerationDamaged(log, id, fault);
            return null;
        }
    }

    /// <summary>Reads the one to roll back to into memory, at start, if there is room; otherwise its files are there. Null: there is none, or it is damaged.</summary>
    public GenerationSlot? Keep(string? id, CancellationToken stop) =>
        id is null || !table.TryFind(id, out GenerationSlot slot) || slot.Manifest is null ? null
        : Budget.HasRoom(id, slot.Manifest.Counts.OfferSets) ? Reopen(id, stop)
        : slot;

    /// <summary>Lets go of its memory only: the files stay, and a roll back reads them.</summary>
    public void LetGo(GenerationSlot slot)
    {
        Generation generation = slot.Generation!;
        Log.LetGo(log, slot.Folder.Id, generation.MemoryBytes >> 20);
        table.Change(() => slot.Generation = null);
        generation.Retire();
    }

    /// <summary>Takes from one what it holds of members erased since the last time.</summary>
    public void Follow(Generation generation)
    {
        if (!generation.TryAcquire())
        {
            return;
        }

        try
        {
            generation.Follow(erasures);
        }
        finally
        {
            generation.Release();
        }
    }

    /// <summary>Removes one from memory and disk.</summary>
    public void Remove(GenerationSlot slot)
    {
        table.Remove(slot);
        slot.Session?.Dispose();
        slot.Generation?.Retire();
        slot.Folder.Delete();
        if (slot.Session is not null)
        {
            MemoryReturn.ToSystem();
        }
    }
}
