using Microsoft.Extensions.Logging;

namespace DecisionServer.Store;

/// <summary>
/// Which generation serves, and which one served before: on disk first, then by one exchange. Called under the lock of the life cycle.
/// </summary>
internal sealed class GenerationSuccession(StoreOptions options, GenerationTable table, GenerationMemory memory, Serving serving, TimeProvider clock, ILogger log)
{
    private readonly PointerFile _pointer = new(options.Directory);

    /// <summary>Serves again what served before: the current generation, or, where that is damaged, the one before it.</summary>
    /// <param name="serves">Called once decisions can be made, or never will be without a load.</param>
    /// <param name="stop">Ends the reading.</param>
    /// <exception cref="OperationCanceledException">It was told to stop.</exception>
    public void Recover(Action? serves, CancellationToken stop)
    {
        var faults = new List<string>();
        ServingPointer? pointer = _pointer.Read(faults);
        foreach (string fault in faults)
        {
            Log.PointerDamaged(log, fault);
        }

        // 1. What is current, first: then decisions can be made.
        GenerationSlot? current = memory.Reopen(pointer?.Current, stop), previous = null;
        if (current is null)
        {
            current = memory.Reopen(pointer?.Previous, stop);
            if (current is not null)
            {
                Log.PreviousServes(log, pointer!.Current, current.Folder.Id);
                _pointer.Write(current.Folder.Id, null, clock.GetUtcNow());
            }
        }

        if (current is not null)
        {
            current.PublishedAt = pointer!.PublishedAt;
            Serve(current);
        }

        serves?.Invoke();

        // 2. What to roll back to; where there is no room for it, it stays in its files until it is asked for.
        if (current is not null)
        {
            previous = pointer!.Previous == current.Folder.Id ? null : memory.Keep(pointer.Previous, stop);
            table.MakePrevious(previous);
            Log.Recovered(log, current.Folder.Id, previous?.Folder.Id ?? "none");
        }
    }

    /// <inheritdoc cref="GenerationRegistry.Publish"/>
    public (GenerationInfo Generation, string Previous) Publish(string id, bool force)
    {
        GenerationSlot slot = table.Slot(id);
        switch (slot.State)
        {
            case GenerationState.Current:
                return (table.Get(id), table.Previous?.Folder.Id ?? "");
            case GenerationState.Loading:
                throw slot.Refuse("it is not sealed yet");
            case GenerationState.Failed when !(slot.CanBeForced && force):
                throw slot.Refuse(slot.Failure + (slot.CanBeForced ? "; publish it by force, or drop it and load it again" : "; drop it and load it again"));
            case GenerationState.Failed:
                Log.PublishedByForce(log, id, slot.Failure);
                break;
        }

        string before = table.Current?.Folder.Id ?? "";
        MakeCurrent(slot);
        Log.Published(log, id, before);
        return (table.Get(id), before);
    }

    /// <inheritdoc cref="GenerationRegistry.Rollback"/>
    public (GenerationInfo Generation, string Previous) Rollback()
    {
        if (table.Previous is not { } slot)
        {
            throw new GenerationException(GenerationError.WrongState, "there is no previous generation to roll back to");
        }

        string before = table.Current!.Folder.Id;
        MakeCurrent(slot);
        Log.RolledBack(log, slot.Folder.Id, before);
        return (table.Get(slot.Folder.Id), before);
    }

    /// <summary>Removes one that is not current from memory and disk.</summary>
    /// <exception cref="GenerationException">It is current, on its way in, or the disk failed.</exception>
    public void Drop(GenerationSlot slot)
    {
        if (slot.Incoming > 0)
        {
            throw slot.Refuse("it is being read in from another node's files; try again when that is done");
        }

        if (slot == table.Current)
        {
            throw slot.Refuse("it is current; publish or roll back to another one first");
        }

        if (slot == table.Previous)
        {
            WritePointer(table.Current!.Folder.Id, null, table.Current.PublishedAt!.Value);
        }

        memory.Remove(slot);
        Log.Dropped(log, slot.Folder.Id);
    }

    private void MakeCurrent(GenerationSlot slot)
    {
        // 1. In memory, if it is not.
        memory.Open(slot);

        // 2. Truth, then serving.
        slot.PublishedAt = clock.GetUtcNow();
        WritePointer(slot.Folder.Id, table.Current?.Folder.Id, slot.PublishedAt.Value);
        GenerationSlot? oldest = table.Previous == slot ? null : table.Previous;
        GenerationSlot? before = table.Current;
        Serve(slot);
        table.MakePrevious(before);

        // 3. The one before the previous has served its time.
        if (oldest is not null)
        {
            memory.Remove(oldest);
        }
    }

    private void Serve(GenerationSlot slot)
    {
        memory.Follow(slot.Generation!);
        serving.Publish(slot.Generation!);
        table.MakeCurrent(slot);
    }

    private void WritePointer(string current, string? previous, DateTimeOffset publishedAt)
    {
        try
        {
            _pointer.Write(current, previous, publishedAt);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new GenerationException(GenerationError.StorageFull, $"which generation is current cannot be written, so nothing was changed: {fault.Message}");
        }
    }
}
