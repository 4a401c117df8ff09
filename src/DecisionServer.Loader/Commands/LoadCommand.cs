using System.CommandLine;

namespace DecisionServer.Loader;

/// <summary><c>load</c> and <c>load --delta</c>.</summary>
internal static class LoadCommand
{
    public static Command Create(LoaderHost host)
    {
        var arguments = new LoadArguments();
        var shared = new ServerOptions();
        var command = new Command("load", "Loads offers and offer sets as a new generation, or single members' sets into the current one.");
        arguments.AddTo(command);
        shared.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            if (arguments.IsLowPriority(parsed)) host.LowerPriority();
            var report = new LoadReport(host, parsed.GetValue(shared.Json));
            return arguments.IsDelta(parsed)
                ? DeltaAsync(arguments.Delta(parsed), shared.Connect(parsed, host), host, report, cancellationToken)
                : LoadAsync(arguments.Load(parsed), shared.Connect(parsed, host), host, report, cancellationToken);
        });
        return command;
    }

    private static async Task<int> LoadAsync(LoadOptions options, Server server, LoaderHost host, LoadReport report, CancellationToken cancellationToken)
    {
        using var connected = server;
        var console = new ErrorConsole(host.Error, host.ErrorIsTerminal);
        var faults = new FaultLog(console, options.MaxErrors);
        var ledger = new LoadLedger(faults);
        var bytes = options.SetInputs.Any(input => input.Spec.IsStandardInput) ? 0 : options.SetInputs.Sum(input => input.Spec.Length ?? 0);
        LoadOutcome outcome;
        TimeSpan elapsed;
        using (var progress = new LoadProgress(console, host.Clock, ledger, bytes))
        {
            outcome = await new LoadJob(options, server, host, faults, progress).RunAsync(cancellationToken).ConfigureAwait(false);
            elapsed = progress.Elapsed;
        }

        report.Write(options, outcome, ledger, faults, elapsed);
        return outcome.ExitCode;
    }

    private static async Task<int> DeltaAsync(DeltaOptions options, Server server, LoaderHost host, LoadReport report, CancellationToken cancellationToken)
    {
        using var connected = server;
        var faults = new FaultLog(new ErrorConsole(host.Error, host.ErrorIsTerminal), options.MaxErrors);
        var outcome = await new DeltaJob(options, server, host, faults).RunAsync(cancellationToken).ConfigureAwait(false);
        var code = faults.IsExceeded ? ExitCode.Refused : ExitCode.Done;
        report.Write(outcome, faults, code);
        return code;
    }
}
