using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace DecisionServer.Services.Decisions;

/// <summary>Names decisions: a random name of this process and a number. Unique among servers and restarts, cheap, and telling nothing about the member.</summary>
internal sealed class DecisionIds
{
    private readonly byte[] _process = Encoding.ASCII.GetBytes(RandomNumberGenerator.GetHexString(12, lowercase: true) + "-");
    private long _last;

    /// <summary>The next name.</summary>
    public DecisionId Next() => new(_process, Interlocked.Increment(ref _last));
}

/// <summary>The name of a decision, for example "5f0c93b1a2e4-3e8". It becomes a text only where one is needed.</summary>
/// <param name="process">Name of the process with a hyphen, ASCII.</param>
/// <param name="number">Number of the decision, from 1.</param>
internal readonly struct DecisionId(byte[] process, long number)
{
    /// <summary>Its length in bytes.</summary>
    public int Length => process.Length + ((67 - BitOperations.LeadingZeroCount((ulong)number)) / 4);

    /// <summary>Writes it to the beginning of <paramref name="into"/>.</summary>
    public void CopyTo(Span<byte> into)
    {
        process.CopyTo(into);
        for (var (i, left) = (Length - 1, number); i >= process.Length; i--, left >>= 4) into[i] = "0123456789abcdef"u8[(int)left & 15];
    }

    public override string ToString() => string.Create(Length, this, static (text, id) =>
    {
        Span<byte> bytes = stackalloc byte[text.Length];
        id.CopyTo(bytes);
        Encoding.ASCII.GetChars(bytes, text);
    });
}
