namespace DecisionServer.Store;

/// <summary>
/// Some shards of a generation, made into a small generation of its own for another node: the catalogue and the sets that it was sealed with, without those of members erased
/// since. What was put since the other node reads in truth. Same content, same bytes, so that a pull that was cut goes on behind what has come.
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
    /// <param name="generation">The generation, under a lease that ends here: nobody removes its files before.</param>
    /// <param name="erasures">Who was erased.</param>
    /// <param name="shards">The shards wanted, of the count that the fleet has.</param>
    /// <param name="stop">Ends it.</param>
    internal static ShardExtract Make(string root, GenerationFolder source, Generation generation, ErasureLog erasures, ShardSet shards, CancellationToken stop)
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
            HashSet<MemberKey> erased = [.. erasures.After(load.Begun, generation.Manifest.CreatedAt.UtcTicks, out ErasurePosition end).Select(entry => entry.Member)];
            folder.Write(load with { Shards = shards, Erasures = end.Count, ErasureStamp = end.Stamp });
            Manifest manifest = Write(source, folder, generation.Manifest, new RecordSelection(shards, erased), stop);
            folder.Write(manifest);
            return new ShardExtract(directory, new GenerationFiles(folder, manifest));
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

    private static Manifest Write(GenerationFolder source, GenerationFolder folder, Manifest whole, RecordSelection selection, CancellationToken stop)
    {
        using var segments = new SegmentWriter(folder.Path, []);
        var part = new Collector(segments, selection);
        foreach (SegmentFile segment in whole.Segments)
        {
            string fault = SegmentReader.Scan(source.File(segment.Name), Take).Fault;
            if (fault.Length > 0)
            {
                throw new GenerationException(GenerationError.Damaged, fault);
            }
        }

        part.Flush();
        IReadOnlyList<SegmentFile> files = segments.Complete();
        return whole with { Segments = files, ContentHash = Sealing.ContentHash(files), Counts = part.Counts, Shards = selection.Shards };

        void Take(in BlockHeader header, ReadOnlyMemory<byte> payload)
        {
            stop.ThrowIfCancellationRequested();
            part.Take(header.Kind, payload.Span);
        }
    }

    private static void Delete(string directory)
    {
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>Whose sets are wanted.</summary>
    private sealed record RecordSelection(ShardSet Shards, HashSet<MemberKey> Erased)
    {
        public bool Contains(in MemberKey member) => Shards.Holds(member) && !Erased.Contains(member);
    }

    /// <summary>Collects the catalogue, and then the records wanted, in blocks.</summary>
    private sealed class Collector(SegmentWriter segments, RecordSelection selection)
    {
        private readonly List<OfferConfig> _catalogue = [];
        private readonly OfferSetBuffer _offers = new();
        private readonly byte[] _block = new byte[BlockBytes + RecordEntries.HeadBytes + RecordCodec.MaxBytes];
        private Statistics _statistics = new(0);
        private int _length = BlockHeader.Bytes;
        private int _records;
        private ulong _sequence;

        public GenerationCounts Counts => _statistics.ToCounts();

        /// <summary>Takes a block of a segment file, of which the catalogue's come first.</summary>
        public void Take(BlockKind kind, ReadOnlySpan<byte> payload)
        {
            switch (kind)
            {
                case BlockKind.Offers:
                    _catalogue.AddRange(OfferJson.Read(payload));
                    break;
                case BlockKind.OffersEnd:
                    // In a file of its own: whoever has it already leaves that out.
                    CatalogueBlocks.Write(segments, _catalogue);
                    segments.EndFile();
                    _statistics = new Statistics(_catalogue.Count);
                    break;
                case BlockKind.Records:
                    TakeRecords(payload);
                    break;
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

        private void TakeRecords(ReadOnlySpan<byte> payload)
        {
            var entries = new RecordEntries(payload);
            while (entries.TryRead(_catalogue.Count))
            {
                if (selection.Contains(entries.Member))
                {
                    Add(entries.Member, entries.Record);
                }
            }
        }

        private void Add(in MemberKey member, ReadOnlySpan<byte> record)
        {
            if (RecordCodec.IsOffers(record))
            {
                RecordCodec.UnpackOffers(record, _offers);
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
