using System.Globalization;

namespace DecisionServer.Store;

/// <summary>
/// What all generations together may take of memory. Before one comes in, the generation that is kept to roll back to is let go where that makes
/// the room (its files stay: a roll back reads it again); where even that is not enough, the newcomer is refused with the figures.
/// </summary>
internal sealed class MemoryBudget(StoreOptions options, GenerationTable table)
{
    // Where nothing is known of a generation's sets: 35 offers and their share of the index.
    private const long UsualSetBytes = 200;

    /// <summary>Makes room for a generation of about so many sets (0: as many as the current one has).</summary>
    /// <param name="id">The generation that comes in.</param>
    /// <param name="sets">Sets that it has or is going to have, about.</param>
    /// <param name="letGo">Lets go of a generation's memory.</param>
    /// <returns>Most bytes of records that it may take.</returns>
    /// <exception cref="GenerationException">There is no room; nothing was changed.</exception>
    public long MakeRoom(string id, long sets, Action<GenerationSlot> letGo)
    {
        Generation? current = table.Current?.Generation;
        long needed = Estimate(sets, current);
        long taken = table.MemoryBytes(besides: id);
        GenerationSlot? kept = table.Previous is { Generation: not null } previous && previous.Folder.Id != id ? previous : null;
        long freed = kept?.Generation?.MemoryBytes ?? 0;
        if (taken + needed > options.MaxTotalBytes)
        {
            if (taken - freed + needed > options.MaxTotalBytes)
            {
                throw new GenerationException(GenerationError.StorageFull, string.Create(CultureInfo.InvariantCulture,
                    $"generation '{id}' needs about {Mebibytes(needed)} MiB of memory; {Mebibytes(taken - freed)} MiB of {Mebibytes(options.MaxTotalBytes)} MiB (Limits:MemoryMebibytes) are taken. Drop a generation that is loading or sealed, or raise the limit"));
            }

            if (kept is not null)
            {
                letGo(kept);
                taken -= freed;
            }
        }

        return Math.Min(options.MaxGenerationBytes, options.MaxTotalBytes - taken - OfferSetStore.IndexBytes(sets));
    }

    /// <summary>Whether a generation of so many sets fits beside what is there, without letting go of anything.</summary>
    public bool HasRoom(string id, long sets) => table.MemoryBytes(besides: id) + Estimate(sets, table.Current?.Generation) <= options.MaxTotalBytes;

    /// <summary>Bytes of memory that so many sets take, about.</summary>
    public long Estimate(long sets) => Estimate(sets, table.Current?.Generation);

    private static long Estimate(long sets, Generation? like) =>
        like is not { Counts.OfferSets: > 0 } ? sets * UsualSetBytes
        : sets == 0 ? like.MemoryBytes
        : (long)((double)like.MemoryBytes / like.Counts.OfferSets * sets);

    private static long Mebibytes(long bytes) => bytes >> 20;
}
