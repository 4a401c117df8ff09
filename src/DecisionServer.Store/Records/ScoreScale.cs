using System.Runtime.Intrinsics;

namespace DecisionServer.Store;

/// <summary>
/// How the scores of one record become 16-bit codes. Scores that are four-decimal numbers between 0 and 6.5535, the usual
/// case, come back bit for bit; others to 1/65535 of the range of the record's scores. Order is kept by position, not by code.
/// </summary>
internal readonly struct ScoreScale
{
    /// <summary>Codes per unit of the exact scale.</summary>
    private const float Decimal = 10_000f;

    private readonly float _lowest;
    private readonly double _step;

    private ScoreScale(float lowest, double step) => (_lowest, _step) = (lowest, step);

    /// <summary>Whether codes are ten-thousandths; otherwise the record holds lowest and highest score.</summary>
    public bool IsExact => _step == 0;

    public static ScoreScale Exact => default;

    public static ScoreScale Between(float lowest, float highest) =>
        new(lowest, highest > lowest ? ((double)highest - lowest) / ushort.MaxValue : double.Epsilon);

    /// <summary>The exact scale if it fits all scores, else the range they span.</summary>
    public static ScoreScale For(ReadOnlySpan<float> scores, out float lowest, out float highest)
    {
        bool exact = true;
        lowest = float.MaxValue;
        highest = float.MinValue;
        if (Vector256.IsHardwareAccelerated && scores.Length >= Vector256<float>.Count)
        {
            (Vector256<float> low, Vector256<float> high) = (Vector256.Create(float.MaxValue), Vector256.Create(float.MinValue));
            for (; scores.Length >= Vector256<float>.Count; scores = scores[Vector256<float>.Count..])
            {
                Vector256<float> eight = Vector256.Create(scores);
                low = Vector256.Min(low, eight);
                high = Vector256.Max(high, eight);
                exact = exact && AreExact(eight);
            }

            for (int i = 0; i < Vector256<float>.Count; i++)
            {
                lowest = Math.Min(lowest, low[i]);
                highest = Math.Max(highest, high[i]);
            }
        }

        foreach (float score in scores)
        {
            lowest = Math.Min(lowest, score);
            highest = Math.Max(highest, score);
            exact = exact && IsExactly(score);
        }

        return exact ? Exact : Between(lowest, highest);
    }

    /// <summary>Encodes scores one after the other; <paramref name="into"/> is as long.</summary>
    public void Encode(ReadOnlySpan<float> scores, Span<ushort> into)
    {
        if (Vector256.IsHardwareAccelerated && IsExact)
        {
            for (; scores.Length >= Vector256<ushort>.Count; scores = scores[Vector256<ushort>.Count..], into = into[Vector256<ushort>.Count..])
            {
                Vector256.Narrow(Codes(scores), Codes(scores[Vector256<float>.Count..])).CopyTo(into);
            }
        }

        for (int i = 0; i < scores.Length; i++)
        {
            into[i] = Encode(scores[i]);
        }

        static Vector256<uint> Codes(ReadOnlySpan<float> eight) => Vector256.ConvertToInt32(Vector256.Round(Vector256.Create(eight) * Decimal)).AsUInt32();
    }

    public ushort Encode(float score) => IsExact
        ? (ushort)MathF.Round(score * Decimal)
        : (ushort)Math.Clamp(Math.Round(((double)score - _lowest) / _step), 0, ushort.MaxValue);

    public float Decode(ushort code) => IsExact ? code / Decimal : (float)(_lowest + (code * _step));

    /// <summary>Decodes scores one after the other; <paramref name="into"/> is as long.</summary>
    public void Decode(ReadOnlySpan<ushort> codes, Span<float> into)
    {
        if (Vector256.IsHardwareAccelerated && IsExact)
        {
            for (; codes.Length >= Vector256<float>.Count; codes = codes[Vector256<float>.Count..], into = into[Vector256<float>.Count..])
            {
                (Vector256.ConvertToSingle(Vector256.WidenLower(Vector128.Create(codes).ToVector256Unsafe()).AsInt32()) / Vector256.Create(Decimal)).CopyTo(into);
            }
        }

        for (int i = 0; i < codes.Length; i++)
        {
            into[i] = Decode(codes[i]);
        }
    }

    // A quotient of two exact floats is correctly rounded, so a code divided by the scale is the float that parsing the decimal gives.
    private static bool IsExactly(float score)
    {
        float code = MathF.Round(score * Decimal);
        return code is >= 0 and <= ushort.MaxValue && code / Decimal == score && !(score == 0 && float.IsNegative(score));
    }

    private static bool AreExact(Vector256<float> scores)
    {
        Vector256<float> codes = Vector256.Round(scores * Decimal);
        return Vector256.GreaterThanOrEqualAll(codes, Vector256<float>.Zero)
            && Vector256.LessThanOrEqualAll(codes, Vector256.Create((float)ushort.MaxValue))
            && Vector256.EqualsAll(codes / Vector256.Create(Decimal), scores)
            && !Vector256.EqualsAny(scores.AsInt32(), Vector256.Create(int.MinValue));
    }
}
