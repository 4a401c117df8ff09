using DecisionServer.Tests.Processes;

namespace DecisionServer.Tests.Clients;

/// <summary>Python's grpcio (Debian's own) with stubs generated from protos/.</summary>
public sealed class PythonClientTests(LoadedServer loaded) : IClassFixture<LoadedServer>
{
    private const string Python = "/usr/bin/python3";

    [Fact]
    public async Task Python_StubsFromProtos_EveryServiceAnswers()
    {
        using var stubs = new TemporaryDirectory();
        string[] protos = [.. Directory.GetFiles(Repository.PathOf("protos"), "*.proto", SearchOption.AllDirectories)];
        await LoadedServer.Run(Python, ["-m", "grpc_tools.protoc", $"-I{Repository.PathOf("protos")}", $"--python_out={stubs.Path}", $"--grpc_python_out={stubs.Path}", .. protos]);

        string output = await LoadedServer.Run(
            Python, Repository.PathOf("tests", "DecisionServer.Tests", "Clients", "client.py"), stubs.Path, loaded.Server.Grpc.Authority, LoadedServer.Generation);

        Assert.EndsWith("all good", output, StringComparison.Ordinal);
    }
}
