using Microsoft.Extensions.Logging;

namespace DecisionServer.Store;

/// <summary>
/// Adds shards that have come from another node to a generation that holds others of them here: its memory takes the sets in while it serves, its folder the segment
/// files, and then its manifest names them. Nobody asks this node for their members before that.
/// </summary>
internal sealed class GenerationExtension(GenerationTable table, Lock lifecycle, ErasureLog erasures, ILogger log)
{
    /// <summary>Whether what has come are further shards of a generation that is here.</summary>
    public bool Extends(StagedGeneration staged) =>
        staged.Manifest.Shards is { } coming && table.TryFind(staged.Id, out GenerationSlot slot) && slot.Manifest?.Shards is { } held
        && held.Count == coming.Count && !coming.Held.Any(held.Contains);

    /// <summary>Adds them.</summary>
    public void Run(StagedGeneration staged, CancellationToken stop)
    {
        Manifest coming = staged.Manifest;
        if (!staged.Folder.TryRead(out LoadManifest load, out string fault))
        {
            throw new GenerationException(GenerationError.Damaged, fault);
        }

        // 1. Nobody may drop it meanwhile.
        GenerationSlot slot = table.Slot(staged.Id);
        lock (lifecycle)
        {
            table.Change(() => slot.Incoming = 1);
        }

        try
        {
            RequireCatalogue(staged, slot);
            staged.Close();

            // 2. The files, under the next names. The first one is the catalogue, which is here. Until the manifest names them they count for nothing.
            Manifest before = slot.Manifest!;
            var files = new List<SegmentFile>();
            foreach (SegmentFile segment in coming.Segments.Skip(1))
            {
                string name = SegmentFile.NameOf(before.Segments.Count + files.Count + 1);
                File.Move(staged.Folder.File(segment.Name), slot.Folder.File(name), overwrite: true);
                files.Add(segment with { Name = name });
            }

            DurableFile.SyncDirectory(slot.Folder.Path);

            // 3. Memory, where it is in memory.
            Generation? extended = slot.Generation;
            Extend(extended);

            // 4. From here on they belong to it. It may have been opened only now, from its files of before.
            lock (lifecycle)
            {
                Extend(slot.Generation == extended ? null : slot.Generation);
                Manifest whole = Merge(before, coming, files);
                slot.Folder.Write(whole);
                table.Change(() =>
                {
                    slot.Manifest = whole;
                    slot.Generation?.Manifest = whole;
                });
            }

            staged.Discard();
            Log.Extended(log, staged.Id, coming.Shards!.ToString(), coming.Counts.OfferSets);

            void Extend(Generation? generation)
            {
                if (generation is null || !generation.TryAcquire())
                {
                    return;
                }

                try
                {
                    generation.Extend(files.Select(file => slot.Folder.File(file.Name)), erasures, load.Begun, stop);
                }
                finally
                {
                    generation.Release();
                }
            }
        }
        finally
        {
            table.Change(() => slot.Incoming = 0);
        }
    }

    // Records name offers by their index.
    private static void RequireCatalogue(StagedGeneration staged, GenerationSlot slot)
    {
        if (slot.Generation is not { } generation)
        {
            return;
        }

        var offers = new List<string>();
        SegmentReader.Scan(staged.Folder.File(SegmentFile.NameOf(1)), (in BlockHeader header, ReadOnlyMemory<byte> payload) =>
        {
            if (header.Kind == BlockKind.Offers)
            {
                offers.AddRange(OfferJson.Read(payload.Span).Select(offer => offer.OfferId));
            }
        });
        if (!offers.SequenceEqual(generation.Catalogue.Offers[..(int)generation.Counts.Offers].ToArray().Select(offer => offer.OfferId)))
        {
            throw new GenerationException(GenerationError.WrongState, $"generation '{staged.Id}' was sealed with another catalogue here than where it comes from");
        }
    }

    private static Manifest Merge(Manifest before, Manifest coming, IReadOnlyList<SegmentFile> files)
    {
        GenerationCounts a = before.Counts, b = coming.Counts;
        SegmentFile[] segments = [.. before.Segments, .. files];
        return before with
        {
            Segments = segments,
            ContentHash = Sealing.ContentHash(segments),
            Shards = before.Shards!.With(coming.Shards!),
            Counts = a with
            {
                OfferSets = a.OfferSets + b.OfferSets,
                AffinitySets = a.AffinitySets + b.AffinitySets,
                ScoredOffers = a.ScoredOffers + b.ScoredOffers,
                ScoreSum = a.ScoreSum + b.ScoreSum,
                LowestScore = a.ScoredOffers == 0 ? b.LowestScore : b.ScoredOffers == 0 ? a.LowestScore : Math.Min(a.LowestScore, b.LowestScore),
                HighestScore = a.ScoredOffers == 0 ? b.HighestScore : b.ScoredOffers == 0 ? a.HighestScore : Math.Max(a.HighestScore, b.HighestScore),
            },
        };
    }
}
