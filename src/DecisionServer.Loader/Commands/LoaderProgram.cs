using System.CommandLine;

namespace DecisionServer.Loader;

/// <summary>The command line: commands, and exceptions turned into messages and exit codes.</summary>
internal static class LoaderProgram
{
    public static async Task<int> RunAsync(string[] arguments, LoaderHost host)
    {
        var root = new RootCommand("Loads weekly offer sets into a DecisionServer, and generates test data.")
        {
            LoadCommand.Create(host),
            GenerateCommand.Create(host),
            GenerationCommands.Status(host),
            GenerationCommands.Publish(host),
            GenerationCommands.Rollback(host),
            GenerationCommands.Drop(host),
        };
        var parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors) await host.Error.WriteLineAsync(error.Message).ConfigureAwait(false);
            await host.Error.WriteLineAsync("(--help lists commands and options)").ConfigureAwait(false);
            return ExitCode.Usage;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { Output = host.Output, Error = host.Error, EnableDefaultExceptionHandler = false }).ConfigureAwait(false);
        }
        catch (Exception exception) when (TryExplain(exception, out var message, out var code))
        {
            await host.Error.WriteLineAsync(message).ConfigureAwait(false);
            if (arguments.Contains("--json")) JsonReport.WriteError(host, message, code);
            return code;
        }
    }

    private static bool TryExplain(Exception exception, out string message, out int code)
    {
        (message, code) = exception switch
        {
            ServerException server => (exception.Message, server.IsUnreachable ? ExitCode.Unreachable : ExitCode.Refused),
            UsageException => (exception.Message, ExitCode.Usage),
            InputException => (exception.Message, ExitCode.Refused),
            OperationCanceledException => ("stopped", ExitCode.Refused),
            IOException or UnauthorizedAccessException => (exception.Message, ExitCode.Refused),
            _ => ("", -1),
        };
        return code >= 0;
    }
}
