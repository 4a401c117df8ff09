namespace DecisionServer.Loader;

/// <summary>Packed offer sets on their way to the server, and where each of them stood in its input.</summary>
internal sealed class Chunk(int capacity)
{
    private long[] _places = new long[512];

    /// <summary>The packed bytes; <see cref="Length"/> of them count.</summary>
    public byte[] Buffer { get; } = new byte[capacity];

    public int Length { get; private set; }

    /// <summary>Sets in the chunk.</summary>
    public int Sets { get; private set; }

    /// <summary>Sets with offers.</summary>
    public int WithOffers { get; private set; }

    /// <summary>Sets with affinities.</summary>
    public int WithAffinities { get; private set; }

    /// <summary>Number of the chunk among all that go to its server, from 0.</summary>
    public long Number { get; private set; }

    /// <summary>Number of the chunk in its stream, from 1.</summary>
    public ulong Sequence { get; set; }

    /// <summary>Place of the server that it goes to among those of the load.</summary>
    public int Target { get; private set; }

    /// <summary>The input that the sets come from.</summary>
    public InputSpec? Input { get; private set; }

    /// <summary>Where the set at an index began.</summary>
    public InputPlace Place(int index)
        => index >= 0 && index < Sets
            ? new InputPlace(Input!.Name, _places[index], Input.Format == InputFormat.Protobuf)
            : InputPlace.Whole(Input!.Name);

    public void Begin(long number, InputSpec input, int target = 0)
    {
        (Number, Input, Sequence, Target) = (number, input, 0, target);
        (Length, Sets, WithOffers, WithAffinities) = (0, 0, 0, 0);
    }

    /// <summary>Adds a set. False: it does not fit; the chunk is full.</summary>
    public bool TryAdd(OfferSetRecord record)
    {
        var length = record.Pack(Buffer.AsSpan(Length));
        if (length == 0) return false;
        if (Sets == _places.Length) Array.Resize(ref _places, 2 * Sets);
        _places[Sets++] = record.Place;
        Length += length;
        if (record.OfferCount > 0) WithOffers++;
        if (record.AffinityCount > 0) WithAffinities++;
        return true;
    }
}
