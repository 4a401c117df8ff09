using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Running;

namespace DecisionServer.Benchmarks;

/// <summary>Layered benchmarks, and the tools that benchmarks/compare and the allocation gate are made of.</summary>
internal static class Program
{
    private const string Usage =
        """
        usage: benchmarks [--members N] [BenchmarkDotNet's arguments, such as --filter '*Engine*']
               benchmarks allocations [--write]                       measures bytes an operation; --write puts them into benchmarks/allocations.md
               benchmarks ratio decide [--members N] [--rounds N]     decisions against bare reads of the same records
               benchmarks ratio members --generations FOLDER [--members N] [--against N] [--rounds N]
                                                                      decisions over the generation that a stopped server left, against few members
               benchmarks ratio upserts --segments FOLDER [--rounds N]   bare upserts of the records of a generation's segment files
               benchmarks table --measurements FILE [--out FILE]      the table of ratios
               benchmarks ports N                                     free ports of the loopback address
        """;

    private static async Task<int> Main(string[] arguments)
    {
        switch (arguments)
        {
            case ["allocations", .. var rest]:
                return await AllocationCommand.Run(rest.Contains("--write"));
            case ["ratio", "decide", .. var rest]:
                return DecideRatio.Run(Number(rest, "--members", 2_000_000), Number(rest, "--rounds", 7), Console.Out);
            case ["ratio", "members", .. var rest] when Text(rest, "--generations") is { } generations:
                return MembersRatio.Run(generations, Number(rest, "--members", 42_000_000), Number(rest, "--against", 2_000_000), Number(rest, "--rounds", 7), Console.Out);
            case ["ratio", "upserts", .. var rest] when Text(rest, "--segments") is { } folder:
                return UpsertRatio.Run(folder, Number(rest, "--rounds", 5), Console.Out);
            case ["table", .. var rest] when Text(rest, "--measurements") is { } measurements:
                return TableCommand.Run(measurements, Text(rest, "--out"), Console.Out);
            case ["ports", var count]:
                Console.Out.WriteLine(string.Join(' ', FreePorts.Take(int.Parse(count, System.Globalization.CultureInfo.InvariantCulture))));
                return 0;
            case ["ratio" or "table" or "ports" or "help" or "--help", ..]:
                await Console.Error.WriteLineAsync(Usage);
                return 2;
            default:
                return RunLayers(arguments);
        }
    }

    private static int RunLayers(string[] arguments)
    {
        LayerSettings.Members = Number(arguments, "--members", LayerSettings.Members);
        var at = Array.IndexOf(arguments, "--members");
        string[] rest = at < 0 ? arguments : [.. arguments[..at], .. arguments[(at + 2)..]];

        try
        {
            // In this process, so that a generation of millions of members is loaded once and not once a benchmark.
            var config = DefaultConfig.Instance.AddDiagnoser(MemoryDiagnoser.Default);
            var summaries = BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run([.. rest, "--inProcess"], config);
            return summaries.Any(summary => summary.HasCriticalValidationErrors || summary.Reports.Any(report => !report.Success)) ? 1 : 0;
        }
        finally
        {
            BenchmarkWorld.DisposeShared();
        }
    }

    private static string? Text(string[] arguments, string name) =>
        Array.IndexOf(arguments, name) is var at and >= 0 && at + 1 < arguments.Length ? arguments[at + 1] : null;

    private static int Number(string[] arguments, string name, int otherwise) =>
        Text(arguments, name) is { } text ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : otherwise;
}
