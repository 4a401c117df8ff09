using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace DecisionServer.Store;

/// <summary>
/// Brings a sealed generation's catalogue and sets back into memory, on several threads: each takes runs of blocks from the segment files, verifies them and writes
/// their records where they stay.
/// </summary>
internal sealed class GenerationBuild : IDisposable
{
    private const long BytesForThread = 1 << 20;
    private const int MostThreads = 8;
    private const string Refused = "holds a member twice, or more than memory may (Limits:GenerationMebibytes)";

    private readonly GenerationFolder _folder;
    private readonly SegmentQueue _queue;
    private readonly OfferSetStore _sets;
    private readonly SetBuilder _builder;
    private readonly List<OfferConfig> _offers = [];
    private readonly CancellationToken _stop;
    private readonly long _bytes;
    private volatile CatalogueSnapshot? _catalogue;
    private volatile ExceptionDispatchInfo? _failure;
    private long _offerSets;
    private long _affinitySets;

    /// <summary>Prepares to read a generation.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="manifest">Its manifest.</param>
    /// <param name="sets">An empty store that nobody uses yet.</param>
    /// <param name="stop">Ends the reading with an exception.</param>
    public GenerationBuild(GenerationFolder folder, Manifest manifest, OfferSetStore sets, CancellationToken stop)
    {
        _folder = folder;
        _queue = new SegmentQueue(folder, manifest.Segments, Take);
        (_sets, _builder) = (sets, sets.BeginBuild());
        _bytes = manifest.Segments.Sum(segment => segment.Length);
        _stop = stop;
    }

    /// <summary>The catalogue; null where the files hold none.</summary>
    public CatalogueSnapshot? Catalogue => _catalogue;

    /// <summary>Offer sets read.</summary>
    public long OfferSets => _offerSets;

    /// <summary>Affinities of members read.</summary>
    public long AffinitySets => _affinitySets;

    /// <summary>What is damaged: file and byte. Empty: nothing.</summary>
    public string Fault => _queue.Fault;

    /// <summary>Reads all segment files. What is then in the store is of use only where there is no <see cref="Fault"/>.</summary>
    /// <exception cref="OperationCanceledException">It was told to stop.</exception>
    public void Run()
    {
        int threads = (int)Math.Clamp(_bytes / BytesForThread, 1, Math.Min(Environment.ProcessorCount, MostThreads));
        SetWriter[] writers = [.. Enumerable.Range(0, threads).Select(_ => _builder.BeginWriter())];

        // This thread is one of them.
        Thread[] others = [.. writers.Skip(1).Select(Start)];
        Work(writers[0]);
        foreach (Thread other in others)
        {
            other.Join();
        }

        _failure?.Throw();
        _sets.EndBuild();
    }

    /// <summary>Closes the files.</summary>
    public void Dispose() => _queue.Dispose();

    private Thread Start(SetWriter writer)
    {
        var thread = new Thread(() => Work(writer)) { IsBackground = true, Name = "generation-read" };
        thread.UnsafeStart();
        return thread;
    }

    private void Work(SetWriter writer)
    {
        try
        {
            var run = new SegmentRun();
            while (_queue.TryTake(run))
            {
                _stop.ThrowIfCancellationRequested();
                if ((run.Read() ?? Write(writer, run)) is { } fault)
                {
                    _queue.Fail(fault);
                }
            }

            if (!writer.TryFlush())
            {
                _queue.Fail($"{_folder.Path}: {Refused}");
            }
        }
        catch (Exception failure)
        {
            _failure ??= ExceptionDispatchInfo.Capture(failure);
            _queue.Fail("was not read to its end");
        }
    }

    // The answer, if there is one, says what is wrong. Compiled for speed at once: a restart is over before it would be noticed that this runs often.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private string? Write(SetWriter writer, SegmentRun run)
    {
        int offers = _catalogue!.Count;
        long offerSets = 0, affinitySets = 0;
        for (int at = 0; run.TryNext(ref at, out ReadOnlySpan<byte> payload);)
        {
            var entries = new RecordEntries(payload);
            while (entries.TryRead(offers))
            {
                bool isOffers = RecordCodec.IsOffers(entries.Record);
                if (!writer.TryWrite(isOffers ? entries.Member.Hash : entries.Member.Hash ^ OfferSetStore.AffinitySalt, entries.Record))
                {
                    return $"{run.Path}: {Refused}";
                }

                offerSets += isOffers ? 1 : 0;
                affinitySets += isOffers ? 0 : 1;
            }

            if (entries.IsMalformed)
            {
                return $"{run.Path}: holds a malformed record";
            }
        }

        Interlocked.Add(ref _offerSets, offerSets);
        Interlocked.Add(ref _affinitySets, affinitySets);
        return null;
    }

    // Called by one thread at a time, in the order of the files, and before any records behind it are dealt out.
    private string? Take(BlockHeader header, byte[] payload)
    {
        switch (header.Kind)
        {
            case BlockKind.Offers when _catalogue is null:
                _offers.AddRange(OfferJson.Read(payload));
                return null;
            case BlockKind.OffersEnd when _catalogue is null:
                _catalogue = CatalogueSnapshot.Build(_offers);
                return null;
            case BlockKind.Stream:
                return null;
            default:
                return "holds a block out of place";
        }
    }
}
