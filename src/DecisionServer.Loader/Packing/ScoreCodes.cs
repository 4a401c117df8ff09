using System.Runtime.Intrinsics;

namespace DecisionServer.Loader;

/// <summary>Scores as whole ten-thousandths in 16 bits, where they are that (see LoadOfferSetsRequest.compact): dividing by the scale gives the score back, bit for bit.</summary>
internal static class ScoreCodes
{
    private const float Scale = 10_000f;

    /// <summary>Encodes all scores; false: one of them is no such number.</summary>
    public static bool TryEncode(ReadOnlySpan<float> scores, Span<ushort> codes)
    {
        if (Vector256.IsHardwareAccelerated)
        {
            for (; scores.Length >= Vector256<ushort>.Count; scores = scores[Vector256<ushort>.Count..], codes = codes[Vector256<ushort>.Count..])
            {
                if (!TryEncode(Vector256.Create(scores), out var low) || !TryEncode(Vector256.Create(scores[Vector256<float>.Count..]), out var high)) return false;
                Vector256.Narrow(low, high).CopyTo(codes);
            }
        }

        for (var i = 0; i < scores.Length; i++)
        {
            var code = MathF.Round(scores[i] * Scale);
            if (code is not (>= 0 and <= ushort.MaxValue) || code / Scale != scores[i] || float.IsNegative(scores[i])) return false;
            codes[i] = (ushort)code;
        }

        return true;
    }

    private static bool TryEncode(Vector256<float> scores, out Vector256<uint> codes)
    {
        var whole = Vector256.Round(scores * Scale);
        codes = Vector256.ConvertToInt32(whole).AsUInt32();
        return Vector256.GreaterThanOrEqualAll(scores.AsInt32(), Vector256<int>.Zero)
            && Vector256.LessThanOrEqualAll(whole, Vector256.Create((float)ushort.MaxValue))
            && Vector256.EqualsAll(whole / Vector256.Create(Scale), scores);
    }
}
