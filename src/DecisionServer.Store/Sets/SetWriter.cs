using System.Runtime.CompilerServices;

namespace DecisionServer.Store;

/// <summary>Writes records into a store that is being built, for one thread at a time.</summary>
internal sealed unsafe class SetWriter
{
    // Records between the writing of one and its entry in the index, for which its bucket is asked for: main memory takes as long as a dozen of them.
    private const int Ahead = 16;

    private readonly SetBuilder _builder;
    private readonly ulong[] _hashes = new ulong[Ahead];
    private readonly long[] _addresses = new long[Ahead];
    private long _count;
    private byte* _page;
    private int _free;

    internal SetWriter(SetBuilder builder) => _builder = builder;

    /// <summary>The page being written.</summary>
    internal int Page { get; private set; }

    /// <summary>Where it ends so far; 0: there is none yet.</summary>
    internal int End { get; private set; }

    /// <summary>Says that a record of this hash comes soon.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Announce(ulong hash) => _builder.Fetch(hash);

    /// <summary>Writes a record, and tells at once what became of it. Fastest when it was announced some time ago.</summary>
    /// <param name="hash">What it is found by.</param>
    /// <param name="record">The record, packed.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public InsertOutcome Insert(ulong hash, ReadOnlySpan<byte> record)
    {
        int bytes = Put(hash, record);
        if (bytes == 0)
        {
            return InsertOutcome.Full;
        }

        long there = _builder.Enter(hash, _builder.AddressOf(Page, End));
        if (there == 0)
        {
            Advance(bytes);
            return InsertOutcome.Inserted;
        }

        // Whoever goes through the log finds nothing where nothing was written.
        new Span<byte>(_page + End, bytes).Clear();
        return RecordCodec.CheckOf(_builder.RecordAt(there)) == RecordCodec.CheckOf(record) ? InsertOutcome.DuplicateMember : InsertOutcome.HashCollision;
    }

    /// <summary>Writes a record that becomes known some records later. False: one before has a hash that was there already, or memory is full.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool TryWrite(ulong hash, ReadOnlySpan<byte> record)
    {
        int bytes = Put(hash, record);
        if (bytes == 0)
        {
            return false;
        }

        long address = _builder.AddressOf(Page, End);
        Advance(bytes);
        _builder.Fetch(hash);
        int slot = (int)(_count++ % Ahead);
        bool entered = _count <= Ahead || _builder.Enter(_hashes[slot], _addresses[slot]) == 0;
        (_hashes[slot], _addresses[slot]) = (hash, address);
        return entered;
    }

    /// <summary>Makes known what <see cref="TryWrite"/> wrote last. False: one of these has a hash that was there already.</summary>
    public bool TryFlush()
    {
        bool entered = true;
        for (long i = Math.Max(0, _count - Ahead); i < _count; i++)
        {
            entered &= _builder.Enter(_hashes[i % Ahead], _addresses[i % Ahead]) == 0;
        }

        _count = 0;
        return entered;
    }

    // Into the log, where it ends; 0: memory is full.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Put(ulong hash, ReadOnlySpan<byte> record)
    {
        int bytes = (SetBuilder.HeadBytes + record.Length + 7) & ~7;
        if (bytes > _free && !TryTakePage())
        {
            return 0;
        }

        byte* at = _page + End;
        *(ulong*)(at + 8) = hash;
        *(int*)(at + 16) = record.Length;
        record.CopyTo(new Span<byte>(at + SetBuilder.HeadBytes, record.Length));
        return bytes;
    }

    private void Advance(int bytes)
    {
        End += bytes;
        _free -= bytes;
    }

    private bool TryTakePage()
    {
        byte* page = _builder.TakePage(End, out int number, out int taken, out int free);
        if (page is null)
        {
            return false;
        }

        _page = page;
        (Page, End, _free) = (number, taken, free);
        return true;
    }
}
