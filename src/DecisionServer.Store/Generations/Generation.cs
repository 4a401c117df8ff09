using System.Text;

namespace DecisionServer.Store;

/// <summary>A sealed generation in memory: its offer sets, its catalogue, and the log of changes made to it since.</summary>
public sealed class Generation
{
    private readonly OfferSetStore _sets;
    private readonly DeltaLog _delta;
    private readonly LeaseCount _leases = new();
    private readonly Lock _writeGate = new();
    private readonly GenerationErasures _erasures;
    private readonly GenerationPuts _puts;
    private long _replaced;

    internal Generation(Manifest manifest, CatalogueSnapshot catalogue, OfferSetStore sets, DeltaLog delta, ErasurePosition followed, PutPosition puts, long replaced)
    {
        Manifest = manifest;
        Catalogue = catalogue;
        Popular = [.. manifest.Popular.Select(offer => (offer.OfferIndex, offer.Score))];
        (_sets, _delta, _replaced) = (sets, delta, replaced);
        _erasures = new GenerationErasures(sets, delta, followed, manifest.CreatedAt.UtcTicks);
        _puts = new GenerationPuts(sets, delta, _erasures, puts);
    }

    /// <summary>Its id.</summary>
    public string Id => Manifest.Id;

    /// <summary>What it held when it was sealed.</summary>
    public GenerationCounts Counts => Manifest.Counts;

    /// <summary>Bytes of memory that its records and their index take up.</summary>
    public long MemoryBytes => _sets.MemoryBytes;

    /// <summary>Sets replaced since it was sealed.</summary>
    public long Replaced => Volatile.Read(ref _replaced);

    internal Manifest Manifest { get; set; }

    /// <summary>The catalogue with all changes; decisions use the one of their <see cref="ServingState"/>.</summary>
    internal CatalogueSnapshot Catalogue { get; private set; }

    internal (int OfferIndex, float Score)[] Popular { get; }

    /// <summary>Reads a member's offer set, best first. False: it has none. Lock-free, allocates nothing. Call under a lease (<see cref="TryAcquire"/>).</summary>
    public bool TryReadOfferSet(in MemberKey member, OfferSetBuffer into)
    {
        into.Count = 0;
        return _sets.TryReadOffers(member, into);
    }

    /// <summary>Reads a member's affinities. False: it has none. Lock-free, allocates nothing. Call under a lease (<see cref="TryAcquire"/>).</summary>
    public bool TryReadAffinities(in MemberKey member, AffinityBuffer into)
    {
        into.Count = 0;
        return _sets.TryReadAffinities(member, into);
    }

    /// <summary>Keeps the generation in memory until <see cref="Release"/>. False: it has been retired, look for the current one again.</summary>
    public bool TryAcquire() => _leases.TryAcquire();

    /// <summary>Ends a lease.</summary>
    public void Release() => _leases.Release();

    /// <summary>
    /// Replaces single members' sets: durable first, then visible, each set as a whole. Offers, where there are any, replace the member's
    /// offers; affinities its affinities; a set with neither takes both away.
    /// </summary>
    /// <returns>The sets that were refused; all others are stored.</returns>
    /// <exception cref="IOException">The disk is full or failed; nothing was stored.</exception>
    /// <exception cref="GenerationException">Memory is full; nothing was stored.</exception>
    public IReadOnlyList<RejectedSet> PutOfferSets(IReadOnlyList<OfferSetConfig> sets)
    {
        lock (_writeGate)
        {
            var batch = new DeltaBatch(Catalogue, _sets);
            foreach (OfferSetConfig set in sets)
            {
                batch.Add(set);
            }

            if (batch.Records == 0)
            {
                return batch.Rejected;
            }

            RequireRoom(batch.Block.Length);

            // Sets of today are of today's members: whoever was erased was erased before them, after a restart, too.
            _erasures.Note();
            _delta.Append(BlockKind.Records, batch.Records, batch.Block);
            Apply(_sets, batch.Block.Span[BlockHeader.Bytes..], Catalogue.Count);
            Volatile.Write(ref _replaced, _replaced + sets.Count - batch.Rejected.Count);
            return batch.Rejected;
        }
    }

    /// <summary>Adds or replaces offers: durable first. The caller makes the new catalogue visible.</summary>
    /// <exception cref="CatalogueException">The offers are at fault; nothing was changed.</exception>
    /// <exception cref="IOException">The disk is full or failed; nothing was changed.</exception>
    internal CatalogueSnapshot PutOffers(IReadOnlyList<OfferConfig> offers, out int added, out int replaced)
    {
        lock (_writeGate)
        {
            CatalogueSnapshot next = Catalogue.With(offers, out added, out replaced);
            _delta.Append(BlockKind.Offers, offers.Count, (byte[])[.. new byte[BlockHeader.Bytes], .. OfferJson.Write([.. offers])]);
            return Catalogue = next;
        }
    }

    /// <summary>Checks and packs sets that are to be put over truth (<see cref="GenerationPut"/>), each refused or in one of the parts. Nothing is stored.</summary>
    /// <param name="sets">The sets.</param>
    /// <param name="partBytes">About as long a part may be.</param>
    /// <param name="rejected">The sets that were refused.</param>
    /// <exception cref="GenerationException">Memory is full.</exception>
    public PackedPut Pack(IReadOnlyList<OfferSetConfig> sets, int partBytes, out IReadOnlyList<RejectedSet> rejected)
    {
        (CatalogueSnapshot catalogue, long number) = NumberedCatalogue();
        var batch = new DeltaBatch(catalogue, _sets);
        var parts = new List<byte[]>();
        foreach (OfferSetConfig set in sets)
        {
            batch.Add(set);
            if (batch.Block.Length >= partBytes)
            {
                parts.Add(batch.Take());
            }
        }

        if (batch.Records > 0)
        {
            parts.Add(batch.Take());
        }

        RequireRoom(parts.Sum(part => (long)part.Length));
        rejected = batch.Rejected;
        return new PackedPut(number, parts);
    }

    /// <summary>Checks and packs offers that are to be put over truth (<see cref="GenerationPut"/>), in one part. Nothing is stored.</summary>
    /// <exception cref="CatalogueException">The catalogue as a whole would break a limit.</exception>
    public PackedPut Pack(IReadOnlyList<OfferConfig> offers, out int added, out int replaced)
    {
        (CatalogueSnapshot catalogue, long number) = NumberedCatalogue();
        catalogue.With(offers, out added, out replaced);
        return new PackedPut(number, [OfferJson.Write([.. offers])]);
    }

    /// <summary>Takes in sets that were put over truth. Call under a lease.</summary>
    /// <exception cref="GenerationException">They do not fit to what is here, or memory is full; nothing was taken in.</exception>
    internal void FollowSets(IReadOnlyList<GenerationPut> puts, string truth, ErasureLog erasures)
    {
        lock (_writeGate)
        {
            Volatile.Write(ref _replaced, _replaced + _puts.TakeSets(puts, truth, erasures, Catalogue.Count));
        }
    }

    /// <summary>Takes in offers that were put over truth. The caller makes the new catalogue visible. Call under a lease.</summary>
    /// <exception cref="GenerationException">They do not fit to what is here; nothing was taken in.</exception>
    internal void FollowOffers(GenerationPut put, string truth)
    {
        lock (_writeGate)
        {
            Catalogue = _puts.TakeOffers(put, truth, Catalogue);
        }
    }

    /// <summary>How far it has taken in what was put over truth.</summary>
    internal PutPosition Puts
    {
        get
        {
            lock (_writeGate)
            {
                return _puts.Followed;
            }
        }
    }

    /// <summary>Why its log takes in no more of what is put over truth, said once; null: it does, or it was said.</summary>
    internal IOException? TakeLogFault()
    {
        lock (_writeGate)
        {
            return _puts.TakeFault();
        }
    }

    /// <summary>Whether it was changed since it was sealed.</summary>
    internal bool IsChanged => _delta.Length > 0;

    /// <summary>A sum over what was put since it was sealed. Call under a lease.</summary>
    internal ulong ChangesDigest()
    {
        var digest = new PutDigest(_sets);
        _delta.Read(digest.Note);
        return digest.Sum(Catalogue);
    }

    /// <summary>Takes away what it holds of members erased since the last time. Waits for writers, not for the disk on its own account. Call under a lease.</summary>
    internal void Follow(ErasureLog log)
    {
        lock (_writeGate)
        {
            _erasures.Follow(log);
        }
    }

    /// <summary>Its folder was renamed, before anything was changed in it.</summary>
    internal void MoveTo(string directory) => _delta.MoveTo(directory);

    /// <summary>
    /// Takes in sets of members of other shards, from segment files that were verified. What was put since stays; of members erased since these files were made nothing is
    /// taken.
    /// </summary>
    /// <exception cref="GenerationException">Memory is full, or a file is not what it should be; nobody asks for these members yet.</exception>
    /// <exception cref="IOException">The disk failed.</exception>
    internal void Extend(IEnumerable<string> segments, ErasureLog log, ErasurePosition madeAt, CancellationToken stop)
    {
        lock (_writeGate)
        {
            _erasures.Follow(log);
            var joining = new JoiningSets(Id, _sets, _delta, (int)Counts.Offers, [.. log.After(madeAt, Manifest.CreatedAt.UtcTicks, out _).Select(entry => entry.Member)]);
            foreach (string segment in segments)
            {
                joining.Take(segment, stop);
            }

            joining.Note();
        }
    }

    internal bool Contains(in MemberKey member) => _sets.Contains(member);

    internal IReadOnlyList<MemberKey> Sample(int count) => _sets.Sample(count);

    /// <summary>Waits until no decision uses it any more and gives its memory back.</summary>
    internal void Retire()
    {
        _leases.CloseAndWait();
        lock (_writeGate)
        {
            _delta.Dispose();
            _sets.Dispose();
        }

        MemoryReturn.ToSystem();
    }

    private void RequireRoom(long bytes)
    {
        if (!_sets.HasRoom(bytes * 2))
        {
            throw new GenerationException(GenerationError.StorageFull,
                "the generation has reached the limit of memory (Limits:GenerationMebibytes); load and publish a new one");
        }
    }

    private (CatalogueSnapshot Catalogue, long Number) NumberedCatalogue()
    {
        lock (_writeGate)
        {
            return (Catalogue, _puts.Followed.Catalogue);
        }
    }

    internal static int Apply(OfferSetStore sets, ReadOnlySpan<byte> payload, int offers)
    {
        var entries = new RecordEntries(payload);
        int applied = 0;
        while (entries.TryRead(offers))
        {
            sets.Replace(entries.Member, entries.Record);
            applied++;
        }

        return entries.IsMalformed ? -1 : applied;
    }
}
