using System.Runtime.InteropServices;
using NBomber.Contracts.Stats;

namespace NBomber.Reporting;

/// <summary>What the report says of the machine.</summary>
internal static class Machine
{
    public static NodeInfo Describe() =>
        new(Environment.MachineName, RuntimeInformation.OSDescription, RuntimeInformation.FrameworkDescription, Processor(), Environment.ProcessorCount);

    public static string Memory() => $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1024.0 * 1024 * 1024):0.#} GiB";

    private static string Processor()
    {
        const string Info = "/proc/cpuinfo";
        string? name = File.Exists(Info)
            ? File.ReadLines(Info).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim()
            : null;
        return string.IsNullOrEmpty(name) ? RuntimeInformation.ProcessArchitecture.ToString() : name;
    }
}
