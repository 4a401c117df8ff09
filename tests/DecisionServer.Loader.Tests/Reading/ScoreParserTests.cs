using System.Globalization;
using System.Text;

namespace DecisionServer.Loader.Tests;

public sealed class ScoreParserTests
{
    [Fact]
    public void TryParse_EveryFourDecimalScore_SameAsFloatParse()
    {
        for (var value = 0; value <= 65_535; value++)
        {
            var text = (value / 10_000m).ToString("0.0000", CultureInfo.InvariantCulture);

            Assert.True(ScoreParser.TryParse(Encoding.ASCII.GetBytes(text), out var score));
            Assert.Equal(float.Parse(text, CultureInfo.InvariantCulture), score);
        }
    }

    [Fact]
    public void TryParse_RandomDecimals_SameAsFloatParse()
    {
        var random = new Random(7);
        for (var i = 0; i < 200_000; i++)
        {
            var digits = random.NextInt64(1, 10_000_000_000).ToString(CultureInfo.InvariantCulture);
            var point = random.Next(digits.Length + 1);
            var text = $"{(random.Next(2) == 0 ? "-" : "")}{(point == 0 ? "0" : digits[..point])}.{digits[point..]}0";

            Assert.True(ScoreParser.TryParse(Encoding.ASCII.GetBytes(text), out var score), text);
            Assert.Equal(float.Parse(text, CultureInfo.InvariantCulture), score);
        }
    }

    [Theory]
    [InlineData("1", 1f)]
    [InlineData("-0.25", -0.25f)]
    [InlineData("1e-05", 1e-5f)]
    [InlineData("3.4028235E+38", float.MaxValue)]
    [InlineData("1e-60", 0f)]
    public void TryParse_Number_Value(string text, float value)
    {
        Assert.True(ScoreParser.TryParse(Encoding.ASCII.GetBytes(text), out var score));
        Assert.Equal(value, score);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("-")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("1e39")]
    [InlineData("-1e400")]
    [InlineData("1.2.3")]
    [InlineData("0.5x")]
    public void TryParse_NotFinite_False(string text)
        => Assert.False(ScoreParser.TryParse(Encoding.ASCII.GetBytes(text), out _));
}
