using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace DecisionServer.Store;

/// <summary>
/// Puts verified records into a store on a thread of its own, in order, while the caller reads and verifies the next ones.
/// </summary>
/// <remarks>
/// One inserting thread, not several: FASTER's writers wait for each other at the end of its log, and two of them were measured to take twice
/// the processor time of one for no gain.
/// </remarks>
internal sealed class RecordPipeline : IDisposable
{
    private const int BatchBytes = 1 << 20;

    // The caller fills one while another is inserted; the third lets both run on for a moment.
    private const int Batches = 3;

    private readonly OfferSetStore _sets;
    private readonly BlockingCollection<Batch> _full = new(Batches);
    private readonly BlockingCollection<Batch> _empty = new(Batches);
    private readonly Task _inserting;
    private Batch _batch;
    private volatile string? _fault;
    private volatile ExceptionDispatchInfo? _failure;

    public RecordPipeline(OfferSetStore sets)
    {
        _sets = sets;
        for (int i = 1; i < Batches; i++)
        {
            _empty.Add(new Batch());
        }

        _batch = new Batch();
        _inserting = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Offer sets added.</summary>
    public long OfferSets { get; private set; }

    /// <summary>Affinities of members added.</summary>
    public long AffinitySets { get; private set; }

    /// <summary>Adds the records of a block. The answer, if there is one, says what is wrong with them.</summary>
    public string? Add(ReadOnlySpan<byte> payload, int offers)
    {
        if (_batch.Length + payload.Length > BatchBytes)
        {
            Hand();
        }

        int at = _batch.Take(payload);
        var entries = new RecordEntries(payload);
        while (entries.TryRead(offers))
        {
            _batch.Starts.Add(at);
            at += RecordEntries.HeadBytes + entries.Record.Length;
            if (RecordCodec.IsOffers(entries.Record))
            {
                OfferSets++;
            }
            else
            {
                AffinitySets++;
            }
        }

        return entries.IsMalformed ? "holds a malformed record" : null;
    }

    /// <summary>Waits until all that was added is in the store. The answer, if there is one, says what the store refused.</summary>
    public string? Drain()
    {
        Hand();

        // All batches but the one in hand are back: then nothing is under way.
        var back = new Batch[Batches - 1];
        for (int i = 0; i < back.Length; i++)
        {
            back[i] = _empty.Take();
        }

        foreach (Batch batch in back)
        {
            _empty.Add(batch);
        }

        _failure?.Throw();
        return _fault;
    }

    public void Dispose()
    {
        if (!_full.IsAddingCompleted)
        {
            _full.CompleteAdding();
            _inserting.Wait();
        }
    }

    private void Hand()
    {
        _full.Add(_batch);
        _batch = _empty.Take();
    }

    private void Run()
    {
        foreach (Batch batch in _full.GetConsumingEnumerable())
        {
            try
            {
                Insert(batch);
            }
            catch (Exception failure)
            {
                // Told by the next Drain; until then batches go on coming back.
                _failure ??= ExceptionDispatchInfo.Capture(failure);
            }

            batch.Clear();
            _empty.Add(batch);
        }
    }

    private void Insert(Batch batch)
    {
        const int Ahead = 12;
        ReadOnlySpan<int> starts = CollectionsMarshal.AsSpan(batch.Starts);
        using SetInserter inserter = _sets.BeginInserts();
        for (int i = 0; i < starts.Length; i++)
        {
            if (i + Ahead < starts.Length)
            {
                RecordEntries.At(batch.Bytes, starts[i + Ahead], out MemberKey next, out ReadOnlySpan<byte> nextRecord);
                inserter.Announce(next.Hash, RecordCodec.IsOffers(nextRecord));
            }

            RecordEntries.At(batch.Bytes, starts[i], out MemberKey member, out ReadOnlySpan<byte> record);
            if (inserter.Insert(member, record) != InsertOutcome.Inserted)
            {
                _fault ??= "holds a member twice, or more than memory may (Limits:GenerationMebibytes)";
            }
        }
    }

    private sealed class Batch
    {
        public byte[] Bytes { get; private set; } = GC.AllocateUninitializedArray<byte>(BatchBytes);

        public List<int> Starts { get; } = new(BatchBytes / 128);

        public int Length { get; private set; }

        public int Take(ReadOnlySpan<byte> payload)
        {
            if (payload.Length > Bytes.Length)
            {
                Bytes = GC.AllocateUninitializedArray<byte>(payload.Length);
            }

            int at = Length;
            payload.CopyTo(Bytes.AsSpan(at));
            Length += payload.Length;
            return at;
        }

        public void Clear()
        {
            Length = 0;
            Starts.Clear();
        }
    }
}
