using System.Globalization;

namespace DecisionServer.Store;

/// <summary>
/// Takes into one generation what truth says was put into it, in truth's order. Truth has it already, so the generation's own log is there for the next start to find most
/// of it at hand: what is missing in the log is read from truth again. Called under the generation's lock.
/// </summary>
internal sealed class GenerationPuts(OfferSetStore sets, DeltaLog delta, GenerationErasures erasures, PutPosition followed)
{
    private IOException? _fault;
    private bool _told;

    /// <summary>How far that is.</summary>
    public PutPosition Followed { get; private set; } = followed;

    /// <summary>Why the log takes in nothing more, said once; null: it does, or it was said.</summary>
    public IOException? TakeFault()
    {
        IOException? fault = _told ? null : _fault;
        _told = _fault is not null;
        return fault;
    }

    /// <summary>The catalogue with offers that were put; the same one where they were taken in before.</summary>
    /// <exception cref="GenerationException">The put does not fit to what is here.</exception>
    public CatalogueSnapshot TakeOffers(GenerationPut put, string truth, CatalogueSnapshot catalogue)
    {
        if (!IsNew(put, truth))
        {
            return catalogue;
        }

        PutPosition before = Before(truth);
        if (put.Catalogue != before.Catalogue + 1)
        {
            throw Misfit(put, before);
        }

        List<OfferConfig> offers = OfferJson.Read(put.Content.Span);
        CatalogueSnapshot next = catalogue.With(offers, out _, out _);
        Note([new DeltaBlock(BlockKind.Offers, offers.Count, (byte[])[.. new byte[BlockHeader.Bytes], .. put.Content.Span])], new PutPosition(truth, put.Place, put.Catalogue));
        return next;
    }

    /// <summary>Replaces sets.</summary>
    /// <param name="puts">All of sets, in order.</param>
    /// <param name="truth">Which truth they are of.</param>
    /// <param name="log">Who was erased.</param>
    /// <param name="offers">Offers in the catalogue.</param>
    /// <returns>Records taken in.</returns>
    /// <exception cref="GenerationException">A put does not fit to what is here, or memory is full; nothing was taken in.</exception>
    public int TakeSets(IReadOnlyList<GenerationPut> puts, string truth, ErasureLog log, int offers)
    {
        List<GenerationPut> fresh = [.. puts.Where(put => IsNew(put, truth))];
        if (fresh.Count == 0)
        {
            return 0;
        }

        // 1. Who is erased by now goes before these sets come, and none of theirs comes that was put before. Who is erased meanwhile is left out, too, or goes next time.
        erasures.Follow(log);
        PutPosition before = Before(truth);
        var live = new PutFilter(log, offers);
        foreach (GenerationPut put in fresh)
        {
            if (put.Catalogue > before.Catalogue || !live.TryAdd(put))
            {
                throw Misfit(put, before);
            }
        }

        if (!sets.HasRoom(live.Block.Length * 2))
        {
            throw new GenerationException(GenerationError.StorageFull,
                "the generation has reached the limit of memory (Limits:GenerationMebibytes); load and publish a new one");
        }

        // 2. The disk, then memory.
        Note(
            live.Records == 0 ? [] : [new DeltaBlock(BlockKind.Records, live.Records, live.Block)],
            before with { Truth = truth, Place = fresh[^1].Place });
        return Generation.Apply(sets, live.Block.Span[BlockHeader.Bytes..], offers);
    }

    private bool IsNew(GenerationPut put, string truth) => put.Place.IsAfter(Before(truth).Place);

    // Places of another truth mean nothing.
    private PutPosition Before(string truth) => Followed.Truth == truth ? Followed : PutPosition.None;

    private void Note(IReadOnlyList<DeltaBlock> blocks, PutPosition followed)
    {
        try
        {
            if (_fault is null)
            {
                erasures.Note();
                delta.Append([.. blocks, new DeltaBlock(BlockKind.Puts, 0, followed.ToBlock())]);
            }
        }
        catch (IOException fault)
        {
            // Truth has it, and so has memory: the next start reads it from truth.
            _fault = fault;
        }

        Followed = followed;
    }

    private static GenerationException Misfit(GenerationPut put, PutPosition before) => new(GenerationError.Damaged, string.Create(CultureInfo.InvariantCulture,
        $"what commit {put.Place.Sequence} has put (part {put.Place.Ordinal}, catalogue {put.Catalogue}) does not fit to what is here (catalogue {before.Catalogue})"));
}
