using DecisionServer.Client.Tests.Support;
using DecisionServer.Tests.Processes;

namespace DecisionServer.Client.Tests;

public sealed class ExampleTests(LoadedData data) : IClassFixture<LoadedData>
{
    [Fact]
    public async Task Example_AgainstTwoServers_Runs()
    {
        await using ServerProcess first = await data.Start(), second = await data.Start();
        using var output = new StringWriter();

        await Example.Run(output, first.Grpc.ToString(), second.Grpc.ToString());

        string[] lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("1. ", lines[0], StringComparison.Ordinal);
        Assert.Equal("activated", lines[10]);
        Assert.Contains("none", lines[11], StringComparison.Ordinal);
        Assert.Equal(12, lines.Length);
    }

    [Fact]
    public async Task Readme_ShowsTheExampleThatRuns()
    {
        string source = await File.ReadAllTextAsync(Repository.PathOf("tests", "DecisionServer.Client.Tests", "Example.cs"));
        string example = source.Split("// <example>\n")[1].Split("// </example>")[0];

        Assert.Contains("```csharp\n" + example + "```", await File.ReadAllTextAsync(Repository.PathOf("src", "DecisionServer.Client", "README.md")), StringComparison.Ordinal);
    }
}
