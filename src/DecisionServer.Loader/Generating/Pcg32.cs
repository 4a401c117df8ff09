namespace DecisionServer.Loader;

/// <summary>PCG-XSH-RR 64/32: the same numbers for the same seed on every platform and version, unlike System.Random.</summary>
internal struct Pcg32
{
    private const ulong Multiplier = 6364136223846793005;

    private readonly ulong _increment;
    private ulong _state;

    /// <param name="seed">The sequence's beginning.</param>
    /// <param name="stream">Which of 2^63 sequences.</param>
    public Pcg32(ulong seed, ulong stream)
    {
        _increment = (stream << 1) | 1;
        Next();
        _state += seed;
        Next();
    }

    public uint Next()
    {
        var old = _state;
        _state = unchecked((old * Multiplier) + _increment);
        var shifted = (uint)(((old >> 18) ^ old) >> 27);
        return uint.RotateRight(shifted, (int)(old >> 59));
    }

    /// <summary>0 to <paramref name="bound"/> - 1. The bias of the multiplication is below bound / 2^32.</summary>
    public int Below(int bound) => (int)(((ulong)Next() * (ulong)bound) >> 32);
}
