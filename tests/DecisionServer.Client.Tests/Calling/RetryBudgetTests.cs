using DecisionServer.Client.Calling;

namespace DecisionServer.Client.Tests.Calling;

public sealed class RetryBudgetTests
{
    [Fact]
    public void TryTake_BurstUsedUp_OnlyTheSharePasses()
    {
        var budget = new RetryBudget(0.1, 5);
        Assert.Equal(5, Enumerable.Range(0, 100).Count(_ => budget.TryTake()));

        int taken = 0;
        for (int call = 0; call < 1000; call++)
        {
            budget.Save();
            taken += budget.TryTake() ? 1 : 0;
        }

        Assert.Equal(100, taken);
    }

    [Fact]
    public void Save_NothingTaken_KeepsTheBurstAtMost()
    {
        var budget = new RetryBudget(1, 3);
        for (int call = 0; call < 1000; call++)
        {
            budget.Save();
        }

        Assert.Equal(3, Enumerable.Range(0, 100).Count(_ => budget.TryTake()));
    }

    [Fact]
    public void TryTake_NoBudget_IsRefused()
    {
        var budget = new RetryBudget(0, 0);
        budget.Save();
        Assert.False(budget.TryTake());
    }
}
