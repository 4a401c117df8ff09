using System.Globalization;

namespace DecisionServer.Load.Running;

/// <summary>What stops a whole server, counted since its start.</summary>
/// <param name="Collections">Collections of garbage, of any generation.</param>
/// <param name="CollectorSeconds">How long they stopped it in all.</param>
/// <param name="MinorFaults">Pages of memory touched for the first time.</param>
/// <param name="MajorFaults">Pages that had to be read from the disk.</param>
internal readonly record struct ServerPauses(double Collections, double CollectorSeconds, long MinorFaults, long MajorFaults)
{
    /// <summary>What came since.</summary>
    public string Since(ServerPauses before) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Collections - before.Collections:N0} collections, {(CollectorSeconds - before.CollectorSeconds) * 1000:N0} ms in all; {MinorFaults - before.MinorFaults:N0} pages touched first, {MajorFaults - before.MajorFaults:N0} read from disk");
}
