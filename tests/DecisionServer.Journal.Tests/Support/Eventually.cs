namespace DecisionServer.Journal.Tests.Support;

/// <summary>Waits until something is so, within a bound.</summary>
internal static class Eventually
{
    public static async Task True(Func<bool> condition, string what)
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!condition())
        {
            try
            {
                await poll.WaitForNextTickAsync(bound.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"not within 60 s: {what}");
            }
        }
    }
}
