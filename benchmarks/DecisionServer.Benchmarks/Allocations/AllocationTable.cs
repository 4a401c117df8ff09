using System.Globalization;

namespace DecisionServer.Benchmarks;

/// <summary>Bytes that one operation allocates.</summary>
/// <param name="Name">The operation.</param>
/// <param name="Bytes">Bytes, on average over many operations.</param>
internal readonly record struct Allocation(string Name, double Bytes);

/// <summary>The checked-in table of what operations may allocate, benchmarks/allocations.md.</summary>
internal static class AllocationTable
{
    /// <summary>Most that a whole call may allocate, as a multiple of what the canned method of the same server does.</summary>
    public const double MostToCanned = 1.3;

    private const string Head =
        """
        # Bytes allocated by one operation

        What may be allocated at most; a test measures it anew and fails where it is more. After a change that is meant to allocate:
        `dotnet run -c Release --project benchmarks/DecisionServer.Benchmarks -- allocations --write`. Operations in process are counted to the byte. Whole calls
        go through Kestrel and gRPC, whose pools breathe: they are given a twentieth more than was measured.

        | operation | bytes at most |
        |---|---|

        """;

    /// <summary>What to allow where so much was measured.</summary>
    public static long Allow(Allocation measured) =>
        IsCall(measured.Name) ? (long)Math.Ceiling(measured.Bytes * 1.05 / 10) * 10 : (long)Math.Ceiling(measured.Bytes);

    /// <summary>The table as a file.</summary>
    public static string Write(IEnumerable<Allocation> measured) =>
        Head + string.Concat(measured.Select(row => string.Create(CultureInfo.InvariantCulture, $"| {row.Name} | {Allow(row)} |\n")));

    /// <summary>Reads the rows of the file.</summary>
    public static IReadOnlyDictionary<string, long> Read(string text) =>
        text.Split('\n')
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Where(cells => cells.Length == 4 && long.TryParse(cells[2], NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .ToDictionary(cells => cells[1], cells => long.Parse(cells[2], CultureInfo.InvariantCulture), StringComparer.Ordinal);

    /// <summary>What is wrong: more than allowed, not in the table, or in the table and no longer measured.</summary>
    public static IReadOnlyList<string> Check(IReadOnlyDictionary<string, long> allowed, IReadOnlyCollection<Allocation> measured)
    {
        var faults = new List<string>();
        foreach (var (name, bytes) in measured)
        {
            if (!allowed.TryGetValue(name, out var most)) faults.Add($"{name}: is not in the table");
            else if (bytes > most) faults.Add(string.Create(CultureInfo.InvariantCulture, $"{name}: {bytes:0.##} bytes, {most} are allowed"));
        }

        faults.AddRange(allowed.Keys.Except(measured.Select(row => row.Name)).Select(name => $"{name}: is in the table and was not measured"));
        return faults;
    }

    private static bool IsCall(string name) => name.StartsWith("gRPC", StringComparison.Ordinal);
}
