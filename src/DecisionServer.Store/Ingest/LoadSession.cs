using System.Text;

namespace DecisionServer.Store;

/// <summary>
/// A generation being loaded: catalogue first, then offer sets over numbered streams, into memory and segment files at once.
/// </summary>
public sealed class LoadSession : IDisposable
{
    /// <summary>Streams a load may have.</summary>
    public const int MaxStreams = 64;

    private const long UsualSetBytes = 190;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, LoadStream> _streams = new(StringComparer.Ordinal);
    private readonly SegmentWriter _segments;
    private readonly long _maxBytes;
    private readonly Action<string> _fail;
    private SetBuilder? _builder;
    private volatile string _token;
    private volatile bool _isOpen = true;
    private volatile string _failure = "";

    internal LoadSession(LoadManifest manifest, string token, SegmentWriter segments, long maxBytes, Action<string> fail)
    {
        Manifest = manifest;
        _token = token;
        _segments = segments;
        _maxBytes = maxBytes;
        _fail = fail;
    }

    /// <summary>The catalogue, once it is complete.</summary>
    public CatalogueSnapshot? Catalogue { get; private set; }

    internal LoadManifest Manifest { get; }

    internal OfferSetStore? Sets { get; private set; }

    internal long SegmentBytes => _segments.Length;

    /// <summary>Bytes of memory that it takes or, going by what was announced, is going to take.</summary>
    internal long MemoryBytes => Math.Max(Sets?.MemoryBytes ?? 0, Manifest.ExpectedOfferSets * UsualSetBytes);

    /// <summary>What has been loaded so far.</summary>
    public GenerationCounts Counts => Sum().ToCounts() with { Offers = Catalogue?.Count ?? 0 };

    /// <summary>How far each stream has come.</summary>
    public IReadOnlyList<(string StreamId, ulong Sequence)> Positions
    {
        get
        {
            lock (_gate)
            {
                return [.. _streams.Values.Select(stream => (stream.Id, stream.Sequence))];
            }
        }
    }

    /// <summary>Takes in the catalogue. Sent again, the same one is accepted without effect.</summary>
    /// <exception cref="CatalogueException">Offers are at fault; nothing was taken in.</exception>
    /// <exception cref="GenerationException">The load was taken over or has ended, another catalogue was loaded, or the disk is full.</exception>
    public void LoadOffers(string token, IReadOnlyList<OfferConfig> offers)
    {
        CatalogueSnapshot catalogue = CatalogueSnapshot.Build(offers);
        lock (_gate)
        {
            RequireOpen(token);
            if (Catalogue is { } loaded)
            {
                if (!loaded.Offers.ToArray().Select(offer => offer.OfferId).SequenceEqual(offers.Select(offer => offer.OfferId)))
                {
                    throw new GenerationException(GenerationError.WrongState,
                        $"generation '{Manifest.Id}' has another catalogue already; drop it to load a new one");
                }

                return;
            }

            GuardStorage(() => CatalogueBlocks.Write(_segments, offers));
            Open(catalogue);
        }
    }

    /// <summary>Stores a chunk of packed sets. A chunk stored before has no effect.</summary>
    /// <exception cref="GenerationException">Refused; the message says why and what to do.</exception>
    public ChunkResult Store(string token, string streamId, ulong sequence, ReadOnlySpan<byte> packed, ChunkForm form = ChunkForm.Packed)
    {
        LoadStream stream = Stream(token, streamId);
        lock (stream.Gate)
        {
            if (IsRepeated(token, stream, sequence))
            {
                return new ChunkResult(0, [], Repeated: true);
            }

            RequireWhole(packed, form, stream.Id, sequence);
            var sets = new PackedSets(packed, form);
            try
            {
                return stream.Store(sequence, ref sets);
            }
            catch (Exception fault) when (fault is IOException or GenerationException)
            {
                throw Failed(fault);
            }
        }
    }

    /// <summary>Stores a chunk of sets. A chunk stored before has no effect.</summary>
    /// <exception cref="GenerationException">Refused; the message says why and what to do.</exception>
    public ChunkResult Store(string token, string streamId, ulong sequence, IReadOnlyList<OfferSetConfig> sets)
    {
        LoadStream stream = Stream(token, streamId);
        lock (stream.Gate)
        {
            if (IsRepeated(token, stream, sequence))
            {
                return new ChunkResult(0, [], Repeated: true);
            }

            ChunkResult result = default;
            GuardStorage(() => result = stream.Store(sequence, sets));
            return result;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Close();
        _segments.Dispose();
        Sets?.Dispose();
        (Sets, _builder) = (null, null);
    }

    /// <summary>Shuts out whoever holds another token.</summary>
    internal void TakeOver(string token) => _token = token;

    /// <summary>Ends loading; when it returns no chunk is being stored any more.</summary>
    internal void Close()
    {
        _isOpen = false;
        foreach (LoadStream stream in Streams())
        {
            lock (stream.Gate)
            {
                // Passing through is enough: whoever comes later finds the session closed.
            }
        }
    }

    /// <summary>Checks that the caller is this load's loader.</summary>
    internal void RequireOpen(string token)
    {
        if (_failure.Length > 0)
        {
            throw HasFailed(_failure);
        }

        if (!_isOpen)
        {
            throw new GenerationException(GenerationError.WrongState, $"generation '{Manifest.Id}' is not loading any more");
        }

        if (token != _token)
        {
            throw new GenerationException(GenerationError.TakenOver,
                $"another loader has taken over generation '{Manifest.Id}' (or load_token is not the one that BeginGeneration gave)");
        }
    }

    /// <summary>Makes the segments durable, and the sets readable. Call after <see cref="Close"/>.</summary>
    internal (IReadOnlyList<SegmentFile> Segments, Statistics Statistics) Complete()
    {
        Sets!.EndBuild();
        return (_segments.Complete(), Sum());
    }

    /// <summary>Hands the loaded sets over, so that they outlive the session.</summary>
    internal OfferSetStore TakeSets()
    {
        OfferSetStore sets = Sets!;
        (Sets, _builder) = (null, null);
        return sets;
    }

    /// <summary>Prepares for offer sets once the catalogue is known.</summary>
    internal void Open(CatalogueSnapshot catalogue)
    {
        long expected = Manifest.ExpectedOfferSets > 0 ? Manifest.ExpectedOfferSets : 1_000_000;
        Sets = new OfferSetStore(expected, _maxBytes);
        _builder = Sets.BeginBuild();
        Catalogue = catalogue;
    }

    /// <summary>The stream of a block found on disk; made where it is new.</summary>
    internal LoadStream Restore(string streamId, byte number)
    {
        var stream = new LoadStream(streamId, number, Catalogue!, _builder!.BeginWriter(), _segments, Manifest.Shards);
        _streams.Add(streamId, stream);
        return stream;
    }

    private LoadStream[] Streams()
    {
        lock (_gate)
        {
            return [.. _streams.Values];
        }
    }

    private Statistics Sum()
    {
        var sum = new Statistics(Catalogue?.Count ?? 0);
        foreach (LoadStream stream in Streams())
        {
            sum.Add(stream.Statistics);
        }

        return sum;
    }

    private LoadStream Stream(string token, string streamId)
    {
        if (!IdRules.IsValid(streamId, out string fault))
        {
            throw new GenerationException(GenerationError.Malformed, $"stream_id: {fault}");
        }

        lock (_gate)
        {
            RequireOpen(token);
            if (_streams.TryGetValue(streamId, out LoadStream? stream))
            {
                return stream;
            }

            if (Catalogue is null)
            {
                throw new GenerationException(GenerationError.WrongState, $"generation '{Manifest.Id}' has no catalogue yet; call LoadOffers first");
            }

            if (_streams.Count == MaxStreams)
            {
                throw new GenerationException(GenerationError.Malformed, $"stream_id: a load may have {MaxStreams} streams at most");
            }

            byte number = (byte)_streams.Count;
            GuardStorage(() =>
            {
                byte[] name = [.. new byte[BlockHeader.Bytes], .. Encoding.UTF8.GetBytes(streamId)];
                _segments.Append(BlockKind.Stream, number, 0, 0, 0, name);
            });
            return Restore(streamId, number);
        }
    }

    private bool IsRepeated(string token, LoadStream stream, ulong sequence)
    {
        RequireOpen(token);
        if (sequence > stream.Sequence + 1 || sequence == 0)
        {
            throw new GenerationException(GenerationError.OutOfOrder,
                $"sequence: chunk {sequence} of stream '{stream.Id}' is out of order, chunk {stream.Sequence + 1} is the next one");
        }

        return sequence <= stream.Sequence;
    }

    private static void RequireWhole(ReadOnlySpan<byte> packed, ChunkForm form, string stream, ulong sequence)
    {
        // Before anything is stored: a chunk is taken in as a whole or not at all.
        if (!PackedSets.IsWhole(packed, form))
        {
            throw new GenerationException(GenerationError.Malformed,
                $"{(form == ChunkForm.Compact ? "compact" : "packed")}: chunk {sequence} of stream '{stream}' ends in the middle of a set");
        }
    }

    private void GuardStorage(Action write)
    {
        try
        {
            write();
        }
        catch (Exception fault) when (fault is IOException or GenerationException { Error: GenerationError.StorageFull })
        {
            throw Failed(fault);
        }
    }

    // What is on disk and what is in memory no longer agree: the load is over.
    private GenerationException Failed(Exception fault)
    {
        string message = fault is IOException ? $"the segment files cannot be written: {fault.Message}" : fault.Message;
        (_failure, _isOpen) = (message, false);
        _fail(message);
        return HasFailed(message);
    }

    private GenerationException HasFailed(string message) => new(GenerationError.StorageFull,
        $"generation '{Manifest.Id}' has failed: {message}. The current generation goes on serving; make room, drop this one and load it again");
}
