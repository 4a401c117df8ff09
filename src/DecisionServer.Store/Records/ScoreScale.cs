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
        foreach (float score in scores)
        {
            lowest = Math.Min(lowest, score);
            highest = Math.Max(highest, score);
            if (exact)
            {
                float code = MathF.Round(score * Decimal);
                // A quotient of two exact floats is correctly rounded, so this is the float that parsing the decimal gives.
                exact = code is >= 0 and <= ushort.MaxValue && code / Decimal == score && !(score == 0 && float.IsNegative(score));
            }
        }

        return exact ? Exact : Between(lowest, highest);
    }

    public ushort Encode(float score) => IsExact
        ? (ushort)MathF.Round(score * Decimal)
        : (ushort)Math.Clamp(Math.Round(((double)score - _lowest) / _step), 0, ushort.MaxValue);

    public float Decode(ushort code) => IsExact ? code / Decimal : (float)(_lowest + (code * _step));
}
