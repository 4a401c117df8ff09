namespace DecisionServer.Load.Wire;

/// <summary>What is known of one stream while its answer is awaited.</summary>
internal struct StreamState
{
    /// <summary>0: the slot is free.</summary>
    public int Id;

    /// <summary>When the call should have been sent, in ticks of <see cref="System.Diagnostics.Stopwatch"/>.</summary>
    public long Intended;

    /// <summary>The caller's own.</summary>
    public object? Token;

    /// <summary>:status, 0 before the first header block.</summary>
    public int HttpStatus;

    /// <summary>Bytes of the five before the message that have come.</summary>
    public int PrefixBytes;

    /// <summary>Length that these five bytes say.</summary>
    public long MessageLength;

    /// <summary>Bytes of the message that have come.</summary>
    public long MessageBytes;

    /// <summary>How much of the message to keep for the caller, bytes.</summary>
    public int Capture;

    /// <summary>What is kept of the message, as far as it has come.</summary>
    public byte[]? Captured;
}

/// <summary>
/// Streams by their id, without a dictionary: a stream's slot is its number modulo the size. An id whose slot is taken by a slow stream is
/// skipped, which HTTP/2 allows.
/// </summary>
internal sealed class StreamTable
{
    private const int LastId = int.MaxValue - 2;
    private readonly StreamState[] _slots;
    private readonly int _mask;
    private int _nextId = 1;

    public StreamTable(int maxStreams)
    {
        int size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(64, 4 * maxStreams));
        _slots = new StreamState[size];
        _mask = size - 1;
    }

    public int Count { get; private set; }

    /// <summary>No ids are left: the connection must be replaced.</summary>
    public bool Exhausted => _nextId >= LastId - (2 * _slots.Length);

    /// <summary>Opens a stream. There must be fewer than a quarter of the slots in use.</summary>
    public ref StreamState Open()
    {
        while (_slots[(_nextId >> 1) & _mask].Id != 0)
            _nextId += 2;
        ref StreamState state = ref _slots[(_nextId >> 1) & _mask];
        state = default;
        state.Id = _nextId;
        _nextId += 2;
        Count++;
        return ref state;
    }

    /// <summary>The slot of a stream; its <see cref="StreamState.Id"/> differs where the stream is not open.</summary>
    public ref StreamState Find(int id) => ref _slots[(id >> 1) & _mask];

    public void Close(ref StreamState state)
    {
        state.Id = 0;
        state.Token = null;
        state.Captured = null;
        Count--;
    }

    /// <summary>Ids of the streams that are open and above one.</summary>
    public List<int> OpenAbove(int id) => [.. _slots.Where(slot => slot.Id > id).Select(slot => slot.Id).Order()];
}
