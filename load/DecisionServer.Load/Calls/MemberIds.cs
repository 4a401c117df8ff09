namespace DecisionServer.Load.Calls;

/// <summary>Random members as `loader generate` names them, M00000000 on, written as the first field of a message.</summary>
public sealed class MemberIds
{
    /// <summary>Bytes of the field.</summary>
    public const int FieldLength = 11;

    private readonly uint _members;
    private ulong _state;

    /// <summary>A source of its own.</summary>
    /// <param name="members">How many there are, 1 to 100,000,000.</param>
    /// <param name="seed">The same seed, the same members.</param>
    public MemberIds(int members, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(members, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(members, 100_000_000);
        _members = (uint)members;
        _state = (ulong)seed * 0x9E37_79B9_7F4A_7C15;
    }

    /// <summary>The number of the next member.</summary>
    public int Next()
    {
        // SplitMix64.
        ulong mixed = _state += 0x9E37_79B9_7F4A_7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58_476D_1CE4_E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EB;
        mixed ^= mixed >> 31;
        return (int)(((mixed >> 32) * _members) >> 32);
    }

    /// <summary>Writes field 1, the id of the next member.</summary>
    /// <param name="into">At least <see cref="FieldLength"/> bytes.</param>
    public void WriteNext(Span<byte> into) => Write(Next(), into);

    /// <summary>Writes field 1, the id of a member.</summary>
    /// <param name="member">Its number.</param>
    /// <param name="into">At least <see cref="FieldLength"/> bytes.</param>
    public static void Write(int member, Span<byte> into)
    {
        into[0] = 0x0A;
        into[1] = 9;
        into[2] = (byte)'M';
        for (int i = 10; i > 2; i--)
        {
            into[i] = (byte)('0' + (member % 10));
            member /= 10;
        }
    }

    /// <summary>The id of a member as text.</summary>
    /// <param name="member">Its number.</param>
    public static string Text(int member) => $"M{member:D8}";
}
