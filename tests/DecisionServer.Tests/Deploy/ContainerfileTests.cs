using System.Net;
using DecisionServer.Tests.Processes;
using DecisionServer.Tests.Support;

namespace DecisionServer.Tests.Deploy;

/// <summary>No container engine runs here: the file's own steps are followed in a bare folder instead.</summary>
[Trait("Category", "Fault")]
public sealed class ContainerfileTests : IDisposable
{
    private static readonly TimeSpan BuildBound = TimeSpan.FromMinutes(8);
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Steps_InABareFolder_GiveAServerWithItsLoader()
    {
        var file = Containerfile.Read(Repository.PathOf("src", "deploy", "Containerfile"));
        Assert.Equal([". .", "--from=build /app ."], file.Copies);
        await CopySources();

        foreach (string run in file.Runs)
            await Run("bash", ["-c", Here(run)], _directory.File("source"), new() { ["UseSharedCompilation"] = "false", ["MSBUILDDISABLENODEREUSE"] = "1" });

        // Nothing of the build may be needed any more.
        Directory.Delete(_directory.File("source"), recursive: true);
        int grpc = FreePorts.Take();
        int http = FreePorts.Take();
        Dictionary<string, string> environment = file.Environment.ToDictionary(
            set => set.Key, set => Here(set.Value.Replace("0.0.0.0:7070", $"127.0.0.1:{grpc}", StringComparison.Ordinal).Replace("0.0.0.0:7080", $"127.0.0.1:{http}", StringComparison.Ordinal)));
        using RunningProgram server = RunningProgram.Start(file.Entrypoint[0], file.Entrypoint.Skip(1), _directory.File("app"), environment);
        await Eventually.True(
            async () =>
            {
                Assert.False(server.HasExited, server.Everything);
                return await IsLive(http);
            },
            "the server lives");

        string status = await Run("dotnet", ["loader/DecisionServer.Loader.dll", "status", "--server", $"http://127.0.0.1:{grpc}", "--json"], _directory.File("app"), []);
        Assert.StartsWith("{", status.TrimStart(), StringComparison.Ordinal);
        Assert.True(Directory.Exists(_directory.File("data")), "it keeps its data where the volume is");

        server.Terminate();
        Assert.Equal(0, await server.Exit());
    }

    private static async Task<bool> IsLive(int http)
    {
        using var client = new HttpClient();
        try
        {
            using HttpResponseMessage answer = await client.GetAsync(new Uri($"http://127.0.0.1:{http}/health/live"));
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task<string> Run(string program, string[] arguments, string folder, Dictionary<string, string> environment)
    {
        using RunningProgram running = RunningProgram.Start(program, arguments, folder, environment);
        int code = await running.Exit(BuildBound);
        Assert.True(code == 0, $"{program} {string.Join(' ', arguments)} ended with {code}:\n{running.Everything}");
        return string.Join('\n', running.Output);
    }

    // The folders that the file names lie in the test's own.
    private string Here(string text) => text
        .Replace("/app", _directory.File("app"), StringComparison.Ordinal)
        .Replace("/data", _directory.File("data"), StringComparison.Ordinal);

    // COPY . . : what the repository holds, less what the ignore file beside the container file leaves out.
    private async Task CopySources()
    {
        string[] left = [.. File.ReadAllLines(Repository.PathOf("src", "deploy", "Containerfile.dockerignore")).Where(line => !line.StartsWith("**", StringComparison.Ordinal))];
        string list = await Run("git", ["ls-files", "--cached", "--others", "--exclude-standard"], Repository.Root, []);
        foreach (string path in list.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string from = Repository.PathOf(path);
            if (left.Any(folder => path.StartsWith(folder + "/", StringComparison.Ordinal)) || !File.Exists(from))
                continue;
            string to = _directory.File(Path.Combine("source", path));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(from, to);
        }
    }
}
