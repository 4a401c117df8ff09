using System.CommandLine;

namespace DecisionServer.Load.Running;

/// <summary><c>run</c>: scenarios, each against a server that it starts.</summary>
internal static class RunCommand
{
    private const int Passed = 0;
    private const int Failed = 1;

    public static Command Create(TextWriter output, TextWriter error, IReadOnlyList<ILoadScenario> known)
    {
        string[] names = [.. known.Select(scenario => scenario.Name)];
        var scenarios = new Argument<string[]>("scenario") { Description = "one or more; default: all", Arity = ArgumentArity.ZeroOrMore };
        scenarios.AcceptOnlyFromAmong([.. names, "all"]);
        Option<int> members = NumberOption.Positive("--members", 200_000, "members of a generation, 35 offers each");
        Option<int> seconds = NumberOption.Positive("--seconds", 10, "length of each phase");
        var reports = new Option<string>("--reports") { DefaultValueFactory = _ => "load/reports", Description = "where reports go" };
        var noSpeed = new Option<bool>("--no-speed") { Description = "low rates and no threshold on time: only what must hold on any machine" };
        var server = new Option<string>("--server-dll") { Required = true, Description = "the server's program" };
        var loader = new Option<string>("--loader-dll") { Required = true, Description = "the loader's program" };
        var command = new Command("run", "Starts the server, loads a generation, runs scenarios and writes reports. Ends with 1 where a threshold was not met.")
        {
            scenarios, members, seconds, reports, noSpeed, server, loader,
        };
        command.SetAction(async (parsed, _) =>
        {
            string[] wanted = parsed.GetValue(scenarios) ?? [];
            var options = new RunOptions
            {
                Scenarios = wanted.Length == 0 || wanted.Contains("all") ? names : wanted,
                Members = parsed.GetValue(members),
                Seconds = parsed.GetValue(seconds),
                Reports = parsed.GetRequiredValue(reports),
                NoSpeed = parsed.GetValue(noSpeed),
                ServerDll = parsed.GetRequiredValue(server),
                LoaderDll = parsed.GetRequiredValue(loader),
            };
            return await Run(known, options, output, error).ConfigureAwait(false);
        });
        return command;
    }

    private static async Task<int> Run(IReadOnlyList<ILoadScenario> known, RunOptions options, TextWriter output, TextWriter error)
    {
        var summary = new List<string>();
        bool passed = true;
        foreach (ILoadScenario scenario in known.Where(scenario => options.Scenarios.Contains(scenario.Name)))
        {
            string result;
            try
            {
                bool met = await ScenarioSession.Run(scenario, options, output).ConfigureAwait(false);
                passed &= met;
                result = met ? "passed" : "FAILED";
            }
            catch (Exception fault) when (fault is not OutOfMemoryException)
            {
                passed = false;
                result = "FAILED: " + fault.Message;
                await error.WriteLineAsync(fault.ToString()).ConfigureAwait(false);
            }

            summary.Add($"{scenario.Name,-18} {result}");
        }

        await output.WriteLineAsync($"\n#### summary (reports in {options.Reports})").ConfigureAwait(false);
        summary.ForEach(output.WriteLine);
        return passed ? Passed : Failed;
    }
}
