namespace DecisionServer.Loader.Tests;

public sealed class ScoreCodesTests
{
    [Fact]
    public void TryEncode_FourDecimals_ComeBackBitForBit()
    {
        // All codes, in runs that end within a vector, too.
        var scores = Enumerable.Range(0, ushort.MaxValue + 1).Select(code => code / 10_000f).ToArray();
        var codes = new ushort[64];
        for (var (at, length) = (0, 1); at < scores.Length; at += length, length = 1 + (length % 64))
        {
            var run = scores.AsSpan(at, Math.Min(length, scores.Length - at));

            Assert.True(ScoreCodes.TryEncode(run, codes));
            for (var i = 0; i < run.Length; i++) Assert.Equal(at + i, codes[i]);
        }
    }

    [Theory]
    [InlineData(0.12345f)]
    [InlineData(-0.5f)]
    [InlineData(-0f)]
    [InlineData(6.5536f)]
    [InlineData(1e20f)]
    [InlineData(float.Epsilon)]
    public void TryEncode_AnythingElse_WhereverItStands_IsRefused(float score)
    {
        var codes = new ushort[64];
        for (var position = 0; position < 35; position++)
        {
            var scores = Enumerable.Repeat(0.5f, 35).ToArray();
            scores[position] = score;

            Assert.False(ScoreCodes.TryEncode(scores, codes));
        }
    }
}
