namespace DecisionServer.Benchmarks.Tests;

public sealed class RatioTableTests
{
    private static readonly RatioRow Faster = new("one / two", "one", "two", "calls/s", 0.85, AtLeast: true);
    private static readonly RatioRow Smaller = new("one / two", "one", "two", "ms", 2.5, AtLeast: false);

    [Fact]
    public void Write_GoalMet_SaysYesWithBothSides() => Assert.Equal(
        "| one / two | ≥ 0.850 × | 0.900 × | 90,000 against 100,000 calls/s | yes |",
        Faster.Write(Measurements.Parse(["one\t90000", "two\t100000"])));

    [Fact]
    public void Write_TooSlow_SaysByHowMuch() => Assert.Equal(
        "| one / two | ≥ 0.850 × | 0.680 × | 68.0 against 100 calls/s | no, by 20 % |",
        Faster.Write(Measurements.Parse(["one\t68", "two\t100"])));

    [Fact]
    public void Write_TooMuch_SaysByHowMuch() => Assert.Equal(
        "| one / two | ≤ 2.50 × | 3.00 × | 3.00 against 1.00 ms | no, by 20 % |",
        Smaller.Write(Measurements.Parse(["one\t3", "two\t1"])));

    [Fact]
    public void Write_OneSideMissing_IsNotMeasured() => Assert.Equal(
        "| one / two | ≤ 2.50 × | – | – | not measured |", Smaller.Write(Measurements.Parse(["one\t3"])));

    [Theory]
    [InlineData(0.85, true)]
    [InlineData(0.849, false)]
    public void IsMet_AtTheGoal_IsMet(double one, bool met) =>
        Assert.Equal(met, Faster.IsMet(Measurements.Parse([FormattableString.Invariant($"one\t{one}"), "two\t1"])));

    [Fact]
    public void Write_WholeTable_HasARowForEachRatioAndTheMachine()
    {
        var lines = RatioTable.Write(Measurements.Parse(["machine\ttwo cores", "decide-ns\t900", "faster-read-ns\t450", "decide-bytes\t0"])).Split('\n');

        Assert.Contains("machine: two cores", lines);
        Assert.Equal(RatioTable.Rows.Count, lines.Count(line => line.Contains(" × | ", StringComparison.Ordinal)));
        Assert.Contains(lines, line => line.Contains("| 2.00 × | 900 against 450 ns | yes |", StringComparison.Ordinal));
        Assert.Contains("| allocated by one `Decide` | 0.000 bytes | 0.000 – 0.000 |", lines);
    }

    // What compare never records can never be shown.
    [Fact]
    public void Rows_AllNames_AreRecordedByCompareOrByItsTools()
    {
        var script = File.ReadAllText(Path.Combine(Path.GetDirectoryName(AllocationCommand.TablePath)!, "compare"));
        string[] tools = ["decide-ns", "faster-read-ns", "upsert-rate", "upsert-rate-1"];

        var sides = RatioTable.Rows.SelectMany(row => new[] { row.Of, row.To }).Distinct();

        Assert.All(sides.Except(tools), name => Assert.True(IsRecorded(name), name));

        bool IsRecorded(string name) =>
            script.Contains($"record {name} ", StringComparison.Ordinal)
            || (name.Split('-', 3) is ["blast", var method, ..] && script.Contains($"blast {method} ", StringComparison.Ordinal))
            || (name.Split('-', 2) is ["h2load", var of] && script.Contains($"h2 {of} ", StringComparison.Ordinal));
    }
}
