using System.Globalization;
using System.Runtime.InteropServices;

namespace DecisionServer.Store;

/// <summary>
/// Asks Linux to back the stores with pages of 2 MiB. A read then misses the translation cache less (measured: a quarter less time for a random
/// record), and filling a store takes fewer page faults.
/// </summary>
/// <remarks>
/// FASTER's pages and index are arrays of the managed heap, which are cleared, and so touched, before anybody can tell their address. So the
/// advice goes to the whole range that the heap has reserved and not used yet. A system without it (or with transparent huge pages switched off)
/// is none the worse.
/// </remarks>
internal static partial class HugePages
{
    private const long PageBytes = 2 << 20;
    private const long LeastRange = 8L << 30;
    private const int AdviceHugePage = 14; // MADV_HUGEPAGE

    private static readonly (long Start, long End) Range = FindRange();

    /// <summary>Call before a store is made: memory that went back to the system in between has lost the advice.</summary>
    public static void Advise()
    {
        if (Range.End > Range.Start)
        {
            // A hint: where it is refused, pages stay small.
            _ = AdviseMemory((nint)Range.Start, (nint)(Range.End - Range.Start), AdviceHugePage);
        }
    }

    private static (long Start, long End) FindRange()
    {
        if (!OperatingSystem.IsLinux() || !File.Exists("/proc/self/maps"))
        {
            return default;
        }

        foreach (string line in File.ReadLines("/proc/self/maps"))
        {
            // "7f777dc01000-7f8340000000 ---p 00000000 00:00 0": the heap's range is the one large mapping that nothing may touch yet.
            string[] parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            int dash = parts[0].IndexOf('-', StringComparison.Ordinal);
            long start = long.Parse(parts[0].AsSpan(0, dash), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            long end = long.Parse(parts[0].AsSpan(dash + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (parts.Length == 5 && parts[1] == "---p" && end - start >= LeastRange)
            {
                return ((start + PageBytes - 1) / PageBytes * PageBytes, end / PageBytes * PageBytes);
            }
        }

        return default;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int AdviseMemory(nint start, nint length, int advice);
}
