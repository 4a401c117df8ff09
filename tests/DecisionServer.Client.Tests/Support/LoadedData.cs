using DecisionServer.Tests.Processes;

namespace DecisionServer.Client.Tests.Support;

/// <summary>A data directory with a generation that serves, made once; each server gets a copy.</summary>
public sealed class LoadedData : IAsyncLifetime, IDisposable
{
    public const int Members = 1000;
    private readonly TemporaryDirectory _directory = new();

    /// <summary>A member that has offers.</summary>
    public static string Member(int number) => $"M{number % Members:00000000}";

    public async Task InitializeAsync()
    {
        await using ServerProcess server = await ServerProcess.Start(_directory.File("data"), []);
        await LoaderProcess.LoadGenerated(server, "g1", Members, 200, _directory.File("week"));
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _directory.Dispose();

    /// <summary>A server over a copy of its own.</summary>
    public async Task<ServerProcess> Start(params string[] options)
    {
        string copy = _directory.File(Guid.NewGuid().ToString("n"));
        foreach (string file in Directory.GetFiles(_directory.File("data"), "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(copy, Path.GetRelativePath(_directory.File("data"), file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        return await ServerProcess.Start(copy, options);
    }
}
