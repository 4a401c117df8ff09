using DecisionServer.Tests.Processes;

namespace DecisionServer.Load.Tests.Wire;

/// <summary>The real server with 2,000 generated members.</summary>
public sealed class LoadedServer : IAsyncLifetime
{
    public const int Members = 2_000;

    public ServerProcess Server { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Server = await ServerProcess.Start();
        using var files = new TemporaryDirectory();
        await LoaderProcess.LoadGenerated(Server, "week-1", Members, offers: 200, files.File("week"));
    }

    public async Task DisposeAsync() => await Server.DisposeAsync();
}
