using DecisionServer.V1;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DecisionServer.Client.Tests;

public sealed class OptionsTests
{
    [Fact]
    public void AddDecisionServerClient_FaultyOptions_AllAreNamed()
    {
        using ServiceProvider provider = new ServiceCollection().AddDecisionServerClient(options =>
        {
            options.Endpoints.Add(new Uri("ftp://somewhere"));
            (options.Attempts, options.Deadline, options.RetryRatio, options.RetryBurst, options.HedgeAfter) = (0, TimeSpan.Zero, 2, -1, TimeSpan.Zero);
        }).BuildServiceProvider();

        OptionsValidationException refused = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<DecisionService.DecisionServiceClient>());

        Assert.All(
            (string[])["ftp://somewhere", "Attempts", "Deadline", "RetryRatio", "RetryBurst", "HedgeAfter"],
            name => Assert.Contains(refused.Failures, failure => failure.Contains(name, StringComparison.Ordinal)));
    }

    [Fact]
    public void New_NoEndpoints_IsRefused() =>
        Assert.Contains("Endpoints", Assert.Throws<ArgumentException>(() => new DecisionServerClient(new DecisionServerClientOptions())).Message, StringComparison.Ordinal);
}
