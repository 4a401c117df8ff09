using System.Globalization;
using System.Text;

namespace DecisionServer.Store;

/// <summary>Rebuilds what is in memory from a generation's folder, verifying every byte on the way.</summary>
internal static class GenerationReader
{
    /// <summary>Rebuilds a sealed generation. Null: it is damaged or incomplete, <paramref name="fault"/> names the file and the place.</summary>
    /// <param name="folder">The generation's folder.</param>
    /// <param name="maxBytes">Most bytes of records.</param>
    /// <param name="begun">Where the log of erasures ended when the load began.</param>
    /// <param name="stop">Ends the reading with an exception.</param>
    /// <param name="fault">What is damaged.</param>
    /// <exception cref="OperationCanceledException">It was told to stop.</exception>
    public static Generation? Open(GenerationFolder folder, long maxBytes, ErasurePosition begun, CancellationToken stop, out string fault)
    {
        if (!folder.TryRead(out Manifest manifest, out fault))
        {
            return null;
        }

        // 1. The segments: every block's checksums, every file's length and chained hash.
        var sets = new OfferSetStore(manifest.Counts.OfferSets + manifest.Counts.AffinitySets, maxBytes);
        using var build = new GenerationBuild(folder, manifest, sets, stop);
        build.Run();
        fault = build.Fault;
        if (fault.Length > 0)
        {
            return Discard();
        }

        if (build.Catalogue is not { } catalogue || catalogue.Count != manifest.Counts.Offers
            || build.OfferSets != manifest.Counts.OfferSets || build.AffinitySets != manifest.Counts.AffinitySets)
        {
            fault = string.Create(CultureInfo.InvariantCulture,
                $"{folder.Path}: holds {build.OfferSets} offer sets and {build.AffinitySets} affinity sets, {manifest.Counts.OfferSets} and {manifest.Counts.AffinitySets} were sealed");
            return Discard();
        }

        // 2. What was changed since.
        string? malformed = null;
        long replaced = 0;
        ErasurePosition followed = begun;
        PutPosition puts = PutPosition.None;
        if (!DeltaLog.TryOpen(folder.Path, TakeDelta, out DeltaLog delta, out fault))
        {
            return Discard();
        }

        if (malformed is not null)
        {
            fault = $"{folder.File(DeltaLog.FileName)}: {malformed}";
            delta.Dispose();
            return Discard();
        }

        return new Generation(manifest, catalogue, sets, delta, followed, puts, replaced);

        void TakeDelta(in BlockHeader header, ReadOnlyMemory<byte> payload)
        {
            if (header.Kind == BlockKind.Offers)
            {
                catalogue = catalogue.With(OfferJson.Read(payload.Span), out _, out _);
            }
            else if (header.Kind == BlockKind.Erasures)
            {
                malformed ??= ErasureBlock.TryApply(payload.Span, sets, out followed) ? null : "holds malformed erasures";
            }
            else if (header.Kind == BlockKind.Puts)
            {
                malformed ??= PutPosition.TryRead(payload.Span, out puts) ? null : "holds a malformed position";
            }
            else if (Generation.Apply(sets, payload.Span, catalogue.Count) is var applied and >= 0)
            {
                replaced += applied;
            }
            else
            {
                malformed ??= "holds a malformed record";
            }
        }

        Generation? Discard()
        {
            sets.Dispose();
            return null;
        }
    }

    /// <summary>
    /// Takes a load up where it was cut: everything up to the first damaged or torn block is kept, the rest is cut off and will be sent again.
    /// </summary>
    public static LoadSession Resume(GenerationFolder folder, LoadManifest manifest, string token, long maxBytes, Action<string> fail)
    {
        // 1. How far the files are good. The files stand in order; behind the first fault nothing counts.
        var good = new List<SegmentFile>();
        for (int number = 1; File.Exists(folder.File(SegmentFile.NameOf(number))); number++)
        {
            SegmentScan scan = SegmentReader.Scan(folder.File(SegmentFile.NameOf(number)), static (in BlockHeader _, ReadOnlyMemory<byte> _) => { });
            good.Add(new SegmentFile(SegmentFile.NameOf(number), scan.Length, scan.Hash.ToString("x16", CultureInfo.InvariantCulture)));
            if (scan.Fault.Length > 0)
            {
                break;
            }
        }

        for (int number = good.Count + 1; File.Exists(folder.File(SegmentFile.NameOf(number))); number++)
        {
            File.Delete(folder.File(SegmentFile.NameOf(number)));
        }

        // 2. A session that goes on behind it (this cuts the last file), then its blocks again, into memory.
        var session = new LoadSession(manifest, token, new SegmentWriter(folder.Path, good), maxBytes, fail);
        var offers = new List<OfferConfig>();
        var streams = new Dictionary<byte, LoadStream>();
        foreach (SegmentFile segment in good)
        {
            SegmentReader.Scan(folder.File(segment.Name), Take);
        }

        // 3. A catalogue without its end is sent again as a whole.
        if (session.Catalogue is null && offers.Count > 0)
        {
            session.Dispose();
            File.Delete(folder.File(SegmentFile.NameOf(1)));
            return new LoadSession(manifest, token, new SegmentWriter(folder.Path, []), maxBytes, fail);
        }

        return session;

        void Take(in BlockHeader header, ReadOnlyMemory<byte> payload)
        {
            switch (header.Kind)
            {
                case BlockKind.Offers:
                    offers.AddRange(OfferJson.Read(payload.Span));
                    break;
                case BlockKind.OffersEnd:
                    session.Open(CatalogueSnapshot.Build(offers));
                    break;
                case BlockKind.Stream:
                    streams[header.Stream] = session.Restore(Encoding.UTF8.GetString(payload.Span), header.Stream);
                    break;
                default:
                    streams[header.Stream].Restore(header, payload.Span);
                    break;
            }
        }
    }
}
