using System.Text;
using DecisionServer.V1;

namespace DecisionServer.Load.Calls;

/// <summary>ActivateOffer: a member that no call of this process asked for before, and a fresh key.</summary>
/// <remarks>Members are counted up, shared by all threads, and start again at the first one when all have acted. A refusal is an answer, too; it is counted apart.</remarks>
public sealed class ActivateCalls(ActivateCalls.Sequence sequence, string offer, string path = ActivateCalls.DefaultPath) : ICallSource
{
    /// <summary>The real method.</summary>
    public const string DefaultPath = "/decisionserver.v1.MemberService/ActivateOffer";

    private const int KeyLength = 32;
    private readonly byte[] _offer = Encoding.UTF8.GetBytes(offer);

    /// <inheritdoc/>
    public string Path { get; } = path;

    /// <inheritdoc/>
    public int MaxLength => MemberIds.FieldLength + 2 + _offer.Length + 2 + KeyLength;

    /// <inheritdoc/>
    public int WriteNext(Span<byte> into)
    {
        long number = sequence.Next();
        MemberIds.Write((int)(number % sequence.Members), into);
        Span<byte> rest = into[MemberIds.FieldLength..];
        rest[0] = 0x12;
        rest[1] = (byte)_offer.Length;
        _offer.CopyTo(rest[2..]);
        rest = rest[(2 + _offer.Length)..];
        rest[0] = 0x1A;
        rest[1] = KeyLength;

        // 16 hexadecimal digits of the run, 16 of the call.
        Span<byte> key = rest.Slice(2, KeyLength);
        WriteHex(sequence.RunNumber, key[..16]);
        WriteHex((ulong)number, key[16..]);
        return MaxLength;
    }

    /// <inheritdoc/>
    public string? Check(ReadOnlySpan<byte> message)
    {
        ActivateOfferResponse answer = ActivateOfferResponse.Parser.ParseFrom(message);
        return answer.Refusal == Refusal.Unspecified ? null : $"refused: {answer.Refusal}";
    }

    private static void WriteHex(ulong number, Span<byte> into)
    {
        for (int i = into.Length - 1; i >= 0; i--, number >>= 4)
            into[i] = "0123456789abcdef"u8[(int)(number & 0xF)];
    }

    /// <summary>What all threads of a run share.</summary>
    /// <param name="members">How many members there are.</param>
    public sealed class Sequence(int members)
    {
        private long _next = -1;

        /// <summary>How many members there are.</summary>
        public int Members { get; } = members;

        /// <summary>Names this run, so that its keys are fresh.</summary>
        public Guid Run { get; } = Guid.NewGuid();

        /// <summary>The same as a number.</summary>
        public ulong RunNumber => BitConverter.ToUInt64(Run.ToByteArray());

        /// <summary>The next call's number, from 0.</summary>
        public long Next() => Interlocked.Increment(ref _next);
    }
}
