using DecisionServer.Demo;
using DecisionServer.Hosting;
using DecisionServer.Options;

namespace DecisionServer;

/// <summary>The server's process.</summary>
public static class Program
{
    /// <summary>Runs the server until it is told to stop, or with <c>demo</c> shows what it does.</summary>
    /// <returns>0: stopped as told. 1: cannot listen, or cannot use the data directory. 2: the options are at fault.</returns>
    public static async Task<int> Main(string[] arguments)
    {
        if (arguments is ["demo", .. string[] rest])
            return await DemoCommand.Run(rest);
        if (!OptionsLoader.TryLoad(arguments, AppContext.BaseDirectory, out ServerOptions options, out IReadOnlyList<string> errors))
        {
            await Console.Error.WriteLineAsync($"The server cannot start, {errors.Count} of its options are at fault:");
            foreach (string error in errors)
                await Console.Error.WriteLineAsync("  " + error);
            return 2;
        }

        try
        {
            await using WebApplication app = ServerHost.Build(options);
            await app.RunAsync();
            return Environment.ExitCode;
        }
        catch (IOException e)
        {
            await Console.Error.WriteLineAsync($"The server cannot start: {e.Message}");
            return 1;
        }
    }
}
