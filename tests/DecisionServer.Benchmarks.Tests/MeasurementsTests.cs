namespace DecisionServer.Benchmarks.Tests;

public sealed class MeasurementsTests
{
    [Theory]
    [InlineData(new double[0], null)]
    [InlineData(new double[] { 3 }, 3.0)]
    [InlineData(new double[] { 9, 1, 5 }, 5.0)]
    [InlineData(new double[] { 4, 1, 9, 2 }, 3.0)]
    public void Median_OfValues_IsTheMiddle(double[] values, double? expected) => Assert.Equal(expected, Measurements.Median(values));

    [Fact]
    public void Parse_NumbersAndTexts_AreMeasurementsAndFacts()
    {
        var measurements = Measurements.Parse(["a\t1.5", "", "a\t2.5e3", "machine\t2 cores", "b\tNaN"]);

        Assert.Equal([1.5, 2500], measurements.Values("a"));
        Assert.Equal("2 cores", measurements.Facts["machine"]);
        Assert.Empty(measurements.Values("b"));
        Assert.Empty(measurements.Values("machine"));
    }

    [Theory]
    [InlineData("no tab")]
    [InlineData("\tno name")]
    public void Parse_LineWithoutNameAndTab_IsRefused(string line) => Assert.Throws<FormatException>(() => Measurements.Parse([line]));

    [Fact]
    public void Ratio_MeasuredInRounds_IsTheMedianOfTheRoundsRatios()
    {
        // The machine is half as fast in the last round: the ratios do not notice.
        var measurements = Measurements.Parse(["a\t90", "b\t100", "a\t80", "b\t100", "a\t45", "b\t50"]);

        Assert.Equal(0.9, measurements.Ratio("a", "b")!.Value, 9);
    }

    [Fact]
    public void Ratio_MeasuredUnequallyOften_IsThatOfTheMedians() =>
        Assert.Equal(2, Measurements.Parse(["a\t4", "b\t1", "b\t2", "b\t3"]).Ratio("a", "b"));

    [Theory]
    [InlineData("a\t4")]
    [InlineData("b\t4")]
    [InlineData("a\t4|b\t0")]
    public void Ratio_WithoutTwoSides_IsNone(string lines) => Assert.Null(Measurements.Parse(lines.Split('|')).Ratio("a", "b"));
}
