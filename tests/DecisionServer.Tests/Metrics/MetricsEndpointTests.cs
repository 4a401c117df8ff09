using System.Text.RegularExpressions;
using DecisionServer.Tests.Processes;

namespace DecisionServer.Tests.Metrics;

public sealed partial class MetricsEndpointTests
{
    [Fact]
    public async Task Get_Metrics_EveryLineIsOfTheFormat()
    {
        await using ServerProcess server = await ServerProcess.Start();

        HttpResponseMessage response = await server.HttpClient.GetAsync(new Uri(server.Http, "metrics"));

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        string text = await response.Content.ReadAsStringAsync();
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        Assert.All(text.TrimEnd('\n').Split('\n'), line => Assert.Matches(Line(), line));
        foreach (string name in new[] { "dotnet_process_memory_working_set_bytes", "dotnet_gc_collections_total", "decisionserver_availability_epoch", "decisionserver_resident_offer_sets" })
            Assert.Contains(name, text, StringComparison.Ordinal);
    }

    [GeneratedRegex("""^(# (HELP|TYPE) [a-z_][a-z0-9_]* .*|[a-z_][a-z0-9_]*(\{([a-z_][a-z0-9_]*="([^"\\\n]|\\["\\n])*",?)+\})? (NaN|[+-]Inf|-?[0-9.]+(E[+-]?[0-9]+)?))$""")]
    private static partial Regex Line();
}
