using DecisionServer.Fleet;

namespace DecisionServer.Tests.Fleet;

public sealed class TruthClockTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly ManualClock _clock = new();
    private readonly TruthClock _truth;

    public TruthClockTests() => _truth = new TruthClock(_clock);

    [Fact]
    public void Skew_NothingHeard_Unknown() => Assert.Equal(TimeSpan.MaxValue, _truth.Skew);

    [Fact]
    public void Now_OneRoundTrip_MiddleOfItWithinHalfOfIt()
    {
        Ask(TimeSpan.FromMilliseconds(10), Noon);

        Assert.Equal(TimeSpan.FromMilliseconds(5), _truth.Skew);
        Assert.Equal(Noon.AddMilliseconds(5), _truth.Now);
    }

    [Fact]
    public void Now_SlowRoundTripAfterAFastOne_FastOneCounts()
    {
        Ask(TimeSpan.FromMilliseconds(2), Noon);
        Ask(TimeSpan.FromSeconds(3), Noon.AddMinutes(1));

        Assert.Equal(TimeSpan.FromMilliseconds(1), _truth.Skew);
    }

    [Fact]
    public void Now_FastRoundTripLongAgo_Forgotten()
    {
        Ask(TimeSpan.FromMilliseconds(2), Noon);
        for (var i = 0; i < 16; i++) Ask(TimeSpan.FromMilliseconds(20), Noon.AddMinutes(i));

        Assert.Equal(TimeSpan.FromMilliseconds(10), _truth.Skew);
    }

    [Fact]
    public void TimestampOf_AnInstant_WhenTheClockShowsIt()
    {
        Ask(TimeSpan.FromMilliseconds(10), Noon);
        var timestamp = _truth.TimestampOf(Noon.AddSeconds(3));

        _clock.Advance(TimeSpan.FromSeconds(3) - TimeSpan.FromMilliseconds(5));

        Assert.InRange(timestamp - _clock.GetTimestamp(), -10, 10);
    }

    private void Ask(TimeSpan roundTrip, DateTimeOffset answer)
    {
        var asked = _clock.GetTimestamp();
        _clock.Advance(roundTrip);
        _truth.Observe(asked, _clock.GetTimestamp(), answer);
    }
}
