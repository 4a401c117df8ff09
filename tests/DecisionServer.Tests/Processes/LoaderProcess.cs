namespace DecisionServer.Tests.Processes;

/// <summary>The real loader, run to its end.</summary>
public sealed record LoaderProcess(int ExitCode, string Output, string Errors)
{
    public static async Task<LoaderProcess> Run(params string[] arguments)
    {
        using RunningProgram program = Start(arguments);
        int exitCode = await program.Exit(TimeSpan.FromMinutes(5));
        return new LoaderProcess(exitCode, string.Join('\n', program.Output), string.Join('\n', program.Errors));
    }

    /// <summary>For tests that end it themselves.</summary>
    public static RunningProgram Start(params string[] arguments) => RunningProgram.Start("dotnet", [Repository.LoaderDll, .. arguments]);

    /// <summary>Generates a population with `generate` and loads and publishes it.</summary>
    public static async Task LoadGenerated(ServerProcess server, string generation, int members, int offers, string directory)
    {
        (await Run(
            "generate", "--members", $"{members}", "--offers", $"{offers}", "--set-size", "35", "--seed", "7", "--format", "pb", "--out", directory)).Succeeded();
        (await Run(
            "load", "--server", server.Grpc.ToString(), "--generation", generation, "--publish",
            "--offers", Path.Combine(directory, "offers.pb"), "--offer-sets", Path.Combine(directory, "offer_sets.pb"))).Succeeded();
    }

    public void Succeeded() => Assert.True(ExitCode == 0, $"the loader ended with {ExitCode}:\n{Output}\n{Errors}");
}
