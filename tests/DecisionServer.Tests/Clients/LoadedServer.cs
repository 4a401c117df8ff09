using DecisionServer.Tests.Processes;

namespace DecisionServer.Tests.Clients;

/// <summary>A server with a generated week published, shared by the tests of a class. They only read.</summary>
public sealed class LoadedServer : IAsyncLifetime
{
    public const int Members = 5000;

    public const string Generation = "clients";

    public ServerProcess Server { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        using var files = new TemporaryDirectory();
        Server = await ServerProcess.Start();
        await LoaderProcess.LoadGenerated(Server, Generation, Members, offers: 500, files.Path);
    }

    public async Task DisposeAsync() => await Server.DisposeAsync();

    /// <summary>Runs a client to its end; its output. It must end with 0.</summary>
    public static async Task<string> Run(string file, params string[] arguments)
    {
        using RunningProgram program = RunningProgram.Start(file, arguments, Repository.Root);
        int exitCode = await program.Exit(TimeSpan.FromMinutes(2));
        Assert.True(exitCode == 0, $"{file} ended with {exitCode}:\n{program.Everything}");
        return string.Join('\n', program.Output);
    }
}
