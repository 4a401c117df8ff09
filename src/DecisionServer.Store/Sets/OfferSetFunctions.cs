using FASTER.core;

namespace DecisionServer.Store;

/// <summary>What an operation on the store wants.</summary>
internal struct SetInput
{
    /// <summary>Check of the member id: records of another member are not looked at.</summary>
    public ulong Check;

    /// <summary>A write: replace a record that is there. Otherwise the first one stays.</summary>
    public bool Replace;
}

/// <summary>What an operation on the store found. The buffers are the caller's; the one that is set says which kind is read.</summary>
internal struct SetOutput
{
    public OfferSetBuffer? Offers;
    public AffinityBuffer? Affinities;

    /// <summary>A record of this member was there.</summary>
    public bool IsMember;

    /// <summary>A record of another member, whose id has the same hash, was there.</summary>
    public bool IsStranger;
}

/// <summary>
/// Reads unpack straight from the log. Writes always append: the in-place callback declines, so a record never changes
/// once it can be seen, and readers need no lock (FASTER-TRAPS: 0 torn reads in 27 million).
/// </summary>
/// <remarks>A structure, so that FASTER's generic code is compiled for it alone and calls it without a table.</remarks>
internal readonly struct OfferSetFunctions : IFunctions<long, SpanByte, SetInput, SetOutput, Empty>
{
    public bool SingleReader(ref long key, ref SetInput input, ref SpanByte value, ref SetOutput output, ref ReadInfo readInfo) =>
        Unpack(value.AsReadOnlySpan(), input.Check, ref output);

    public bool ConcurrentReader(ref long key, ref SetInput input, ref SpanByte value, ref SetOutput output, ref ReadInfo readInfo) =>
        Unpack(value.AsReadOnlySpan(), input.Check, ref output);

    public bool ConcurrentWriter(ref long key, ref SetInput input, ref SpanByte source, ref SpanByte existing, ref SetOutput output, ref UpsertInfo info)
    {
        output.IsMember = RecordCodec.IsOf(existing.AsReadOnlySpan(), input.Check);
        output.IsStranger = !output.IsMember;
        if (output.IsStranger || !input.Replace)
        {
            info.Action = UpsertAction.CancelOperation;
        }

        return false;
    }

    public bool SingleWriter(ref long key, ref SetInput input, ref SpanByte source, ref SpanByte destination, ref SetOutput output, ref UpsertInfo info, WriteReason reason)
    {
        source.CopyTo(ref destination);
        return true;
    }

    // The rest of the interface: completions of what goes to a disk, updates in place and deletions, none of which this store does.
    public void PostSingleWriter(ref long key, ref SetInput input, ref SpanByte source, ref SpanByte destination, ref SetOutput output, ref UpsertInfo info, WriteReason reason)
    {
    }

    public void ReadCompletionCallback(ref long key, ref SetInput input, ref SetOutput output, Empty context, Status status, RecordMetadata metadata)
    {
    }

    public bool NeedInitialUpdate(ref long key, ref SetInput input, ref SetOutput output, ref RMWInfo info) => false;

    public bool InitialUpdater(ref long key, ref SetInput input, ref SpanByte value, ref SetOutput output, ref RMWInfo info) => false;

    public void PostInitialUpdater(ref long key, ref SetInput input, ref SpanByte value, ref SetOutput output, ref RMWInfo info)
    {
    }

    public bool NeedCopyUpdate(ref long key, ref SetInput input, ref SpanByte oldValue, ref SetOutput output, ref RMWInfo info) => false;

    public bool CopyUpdater(ref long key, ref SetInput input, ref SpanByte oldValue, ref SpanByte newValue, ref SetOutput output, ref RMWInfo info) => false;

    public void PostCopyUpdater(ref long key, ref SetInput input, ref SpanByte oldValue, ref SpanByte newValue, ref SetOutput output, ref RMWInfo info)
    {
    }

    public bool InPlaceUpdater(ref long key, ref SetInput input, ref SpanByte value, ref SetOutput output, ref RMWInfo info) => false;

    public void RMWCompletionCallback(ref long key, ref SetInput input, ref SetOutput output, Empty context, Status status, RecordMetadata metadata)
    {
    }

    public bool SingleDeleter(ref long key, ref SpanByte value, ref DeleteInfo info) => false;

    public void PostSingleDeleter(ref long key, ref DeleteInfo info)
    {
    }

    public bool ConcurrentDeleter(ref long key, ref SpanByte value, ref DeleteInfo info) => false;

    public void DisposeSingleWriter(ref long key, ref SetInput input, ref SpanByte source, ref SpanByte destination, ref SetOutput output, ref UpsertInfo info, WriteReason reason)
    {
    }

    public void DisposeCopyUpdater(ref long key, ref SetInput input, ref SpanByte oldValue, ref SpanByte newValue, ref SetOutput output, ref RMWInfo info)
    {
    }

    public void DisposeInitialUpdater(ref long key, ref SetInput input, ref SpanByte value, ref SetOutput output, ref RMWInfo info)
    {
    }

    public void DisposeSingleDeleter(ref long key, ref SpanByte value, ref DeleteInfo info)
    {
    }

    public void DisposeDeserializedFromDisk(ref long key, ref SpanByte value)
    {
    }

    public void CheckpointCompletionCallback(int sessionId, string sessionName, CommitPoint commitPoint)
    {
    }

    private static bool Unpack(ReadOnlySpan<byte> record, ulong check, ref SetOutput output)
    {
        output.IsMember = RecordCodec.IsOf(record, check);
        output.IsStranger = !output.IsMember;
        if (output.IsMember)
        {
            if (output.Offers is { } offers)
            {
                RecordCodec.UnpackOffers(record, offers);
            }
            else if (output.Affinities is { } affinities)
            {
                RecordCodec.UnpackAffinities(record, affinities);
            }
        }

        return true;
    }
}
