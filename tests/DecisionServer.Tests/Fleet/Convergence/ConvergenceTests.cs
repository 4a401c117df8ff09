using Xunit.Abstractions;

namespace DecisionServer.Tests.Fleet.Convergence;

/// <summary>Whatever happens in between: afterwards all nodes answer alike, nothing acknowledged is lost, no limit is exceeded.</summary>
public sealed class ConvergenceTests(ITestOutputHelper output)
{
    [Fact]
    [Trait("Category", "Fault")]
    public Task Disturbed_FewRounds_Converges() => Run(seed: 1, rounds: 6);

    [Theory]
    [Trait("Category", "Soak")]
    [InlineData(11)]
    [InlineData(12)]
    public async Task Disturbed_ManyRounds_Converges(int seed) => Assert.Equal(TroubleDeck.Size, (await Run(seed, rounds: 60)).Count);

    private async Task<IReadOnlySet<string>> Run(int seed, int rounds)
    {
        await using var fleet = await FleetCluster.Start(3, ConvergenceRun.Options);
        var run = new ConvergenceRun(fleet, seed);
        await run.Begin();
        try
        {
            for (var round = 1; round <= rounds; round++) await run.Round(round);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"seed {seed}, {run.Story.Count} rounds:\n{string.Join('\n', run.Story)}\n{run.Summary}\n{e.Message}", e);
        }

        output.WriteLine(string.Join('\n', run.Story));
        output.WriteLine(run.Summary);
        return run.Troubles;
    }
}
