using System.Runtime.CompilerServices;

namespace DecisionServer.Benchmarks;

/// <summary><c>allocations</c>: measures, and writes the table or holds the measurement against it.</summary>
internal static class AllocationCommand
{
    /// <summary>The checked-in table.</summary>
    public static string TablePath { get; } = Path.GetFullPath(Path.Combine(SourceFolder(), "..", "..", "allocations.md"));

    public static async Task<int> Run(bool write)
    {
        var measured = await Measured.All();
        foreach (var (name, bytes) in measured) Console.Out.WriteLine(FormattableString.Invariant($"{name,-32} {bytes,10:0.00} bytes"));
        if (write)
        {
            await File.WriteAllTextAsync(TablePath, AllocationTable.Write(measured));
            return 0;
        }

        var faults = AllocationTable.Check(AllocationTable.Read(await File.ReadAllTextAsync(TablePath)), measured);
        foreach (var fault in faults) await Console.Error.WriteLineAsync(fault);
        return faults.Count == 0 ? 0 : 1;
    }

    private static string SourceFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
