using System.Text;
using System.Text.Json;
using DecisionServer.Tests.Processes;

namespace DecisionServer.Loader.Tests;

/// <summary>The loader's command line, run within the test.</summary>
internal sealed record LoaderRun(int ExitCode, string Output, string Errors)
{
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    public static Task<LoaderRun> RunAsync(Uri server, params string[] arguments) => RunAsync(Stream.Null, [.. arguments, "--server", server.ToString()]);

    public static async Task<LoaderRun> RunAsync(Stream standardInput, params string[] arguments)
    {
        using var output = new MemoryStream();
        using var errors = new StringWriter();
        var host = new LoaderHost(standardInput, output, TextWriter.Synchronized(errors), false, TimeProvider.System);
        var code = await LoaderProgram.RunAsync(arguments, host).WaitAsync(Eventually.Bound);
        return new(code, Encoding.UTF8.GetString(output.ToArray()), errors.ToString());
    }

    public LoaderRun Ended(int exitCode)
    {
        Assert.True(exitCode == ExitCode, $"the loader ended with {ExitCode}, not {exitCode}:\n{Output}\n{Errors}");
        return this;
    }
}
