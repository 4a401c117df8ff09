namespace DecisionServer.Store;

/// <summary>
/// Some shards of a generation, made into a small generation of its own for another node: catalogue and sets as they are now, with all that was put or erased since
/// the seal worked in. Same content, same bytes, so that a pull that was cut goes on behind what has come.
/// </summary>
public sealed class ShardExtract : IDisposable
{
    private const string Prefix = "outgoing-";
    private const int BlockBytes = 1 << 20;

    private readonly string _directory;

    private ShardExtract(string directory, GenerationFiles files) => (_directory, Files) = (directory, files);

    /// <summary>Its files.</summary>
    public GenerationFiles Files { get; }

    /// <summary>Removes what an earlier process has left.</summary>
    internal static void CleanUp(string root)
    {
        foreach (string path in Directory.GetDirectories(root, Prefix + "*"))
        {
            Directory.Delete(path, recursive: true);
        }
    }

    /// <summary>Makes it.</summary>
    /// <param name="root">Where its folder comes to lie.</param>
    /// <param name="source">The generation's folder.</param>
    /// <param name="generation">The generation, under a lease that ends here.</param>
    /// <param name="shards">The shards wanted, of the count that the fleet has.</param>
    /// <param name="stop">Ends it.</param>
    internal static ShardExtract Make(string root, GenerationFolder source, Generation generation, ShardSet shards, CancellationToken stop)
    {
        string directory = Path.Combine(root, Prefix + Guid.NewGuid().ToString("n"));
        try
        {
            Require(generation, shards);
            if (!source.TryRead(out LoadManifest load, out string fault))
            {
                throw new GenerationException(GenerationError.Damaged, fault);
            }

            // The ids of folders are in their names; this one's lies in its files alone.
            GenerationFolder folder = GenerationFolder.Of(directory, source.Id);
            Directory.CreateDirectory(directory);
            folder.Create();
            ErasurePosition erasures = generation.FollowedErasures;
            folder.Write(load with { Shards = shards, Erasures = erasures.Count, ErasureStamp = erasures.Stamp });
            var manifest = Write(source, folder, generation, shards, stop);
            folder.Write(manifest);
            return new ShardExtract(directory, new GenerationFiles(folder, manifest, 0));
        }
        catch
        {
            Delete(directory);
            throw;
        }
        finally
        {
            generation.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Delete(_directory);

    private static void Require(Generation generation, ShardSet shards)
    {
        if (generation.Manifest.Shards is { } held && (held.Count != shards.Count || shards.Held.Any(shard => !held.Contains(shard))))
        {
            throw new GenerationException(GenerationError.WrongState, $"generation '{generation.Id}' holds shards {held} here, not all of {shards}");
        }
    }

    private static Manifest Write(GenerationFolder source, GenerationFolder folder, Generation generation, ShardSet shards, CancellationToken stop)
    {
        using var segments = new SegmentWriter(folder.Path, []);

        // 1. The catalogue in a file of its own: whoever has it already leaves that out.
        CatalogueSnapshot catalogue = generation.Catalogue;
        CatalogueBlocks.Write(segments, [.. catalogue.Offers.ToArray().Select(offer => offer.Config)]);
        segments.EndFile();

        // 2. What was put since the seal comes first, the last of each member; then what was loaded, but for these.
        var records = new RecordCollector(generation, catalogue.Count, shards, segments);
        string delta = source.File(DeltaLog.FileName);
        if (File.Exists(delta))
        {
            Scan(delta, records.Put);
            records.TakePut();
        }

        foreach (SegmentFile segment in generation.Manifest.Segments)
        {
            Scan(source.File(segment.Name), records.Take);
        }

        records.Flush();
        IReadOnlyList<SegmentFile> files = segments.Complete();
        Manifest sealedAs = generation.Manifest;
        return sealedAs with { Segments = files, ContentHash = Sealing.ContentHash(files), Counts = records.Counts, Shards = shards };

        void Scan(string path, BlockHandler handle)
        {
            SegmentScan scan = SegmentReader.Scan(path, (in BlockHeader header, ReadOnlyMemory<byte> payload) =>
            {
                stop.ThrowIfCancellationRequested();
                handle(header, payload);
            });

            // A log of changes may have a torn end, which was never acknowledged.
            if (scan.Fault.Length > 0 && path != delta)
            {
                throw new GenerationException(GenerationError.Damaged, scan.Fault);
            }
        }
    }

    private static void Delete(string directory)
    {
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>Collects the records of members of some shards into blocks.</summary>
    private sealed class RecordCollector(Generation generation, int offers, ShardSet shards, SegmentWriter segments)
    {
        private readonly Dictionary<(MemberKey Member, bool IsOffers), byte[]> _put = [];
        private readonly OfferSetBuffer _offers = new();
        private readonly AffinityBuffer _affinities = new();
        private readonly Statistics _statistics = new(offers);
        private readonly byte[] _block = new byte[BlockBytes + RecordEntries.HeadBytes + RecordCodec.MaxBytes];
        private int _length = BlockHeader.Bytes;
        private int _records;
        private ulong _sequence;

        public GenerationCounts Counts => _statistics.ToCounts();

        /// <summary>A block of the log of changes.</summary>
        public void Put(in BlockHeader header, ReadOnlyMemory<byte> payload)
        {
            if (header.Kind != BlockKind.Records)
            {
                return;
            }

            var entries = new RecordEntries(payload.Span);
            while (entries.TryRead(offers))
            {
                if (shards.Holds(entries.Member))
                {
                    _put[(entries.Member, RecordCodec.IsOffers(entries.Record))] = entries.Record.ToArray();
                }
            }
        }

        /// <summary>Takes what was put, in an order that hangs on nothing else.</summary>
        public void TakePut()
        {
            foreach (((MemberKey member, _), byte[] record) in _put.OrderBy(put => put.Key.Member.Hash).ThenBy(put => put.Key.IsOffers))
            {
                Add(member, record);
            }
        }

        /// <summary>A block of a segment file.</summary>
        public void Take(in BlockHeader header, ReadOnlyMemory<byte> payload)
        {
            if (header.Kind != BlockKind.Records)
            {
                return;
            }

            var entries = new RecordEntries(payload.Span);
            while (entries.TryRead(offers))
            {
                if (shards.Holds(entries.Member) && (_put.Count == 0 || !_put.ContainsKey((entries.Member, RecordCodec.IsOffers(entries.Record)))))
                {
                    Add(entries.Member, entries.Record);
                }
            }
        }

        public void Flush()
        {
            if (_records > 0)
            {
                segments.Append(BlockKind.Records, 0, ++_sequence, _records, 0, _block.AsSpan(0, _length));
                (_length, _records) = (BlockHeader.Bytes, 0);
            }
        }

        // Erased members have none in memory any more.
        private void Add(in MemberKey member, ReadOnlySpan<byte> record)
        {
            if (!generation.IsLive(member, record, _offers, _affinities))
            {
                return;
            }

            if (RecordCodec.IsOffers(record))
            {
                _statistics.AddOffers(_offers);
            }
            else
            {
                _statistics.AddAffinities();
            }

            RecordEntries.WriteHead(_block.AsSpan(_length), member.Hash, record.Length);
            record.CopyTo(_block.AsSpan(_length + RecordEntries.HeadBytes));
            _length += RecordEntries.HeadBytes + record.Length;
            _records++;
            if (_length >= BlockBytes)
            {
                Flush();
            }
        }
    }
}
