using DecisionServer.Tests.Processes;
using DecisionServer.Tests.Support;

namespace DecisionServer.Tests.Deploy;

public sealed class HaproxyConfigurationTests
{
    internal static string Path => Repository.PathOf("src", "deploy", "haproxy.cfg");

    [Fact]
    public async Task Configuration_WithItsDefaults_IsValid()
    {
        (bool valid, string output) = await HaproxyServer.Check(Path);

        Assert.True(valid, output);
        Assert.DoesNotContain("WARNING", output, StringComparison.Ordinal);
    }
}
