using System.Globalization;
using DecisionServer.V1;

namespace DecisionServer.Loader;

/// <summary>Generations and gates for people.</summary>
internal static class GenerationText
{
    public static string State(GenerationState state) => state.ToString().ToUpperInvariant();

    public static void WriteGates(TextWriter writer, IEnumerable<Gate> gates)
    {
        var rows = gates.Select(gate => (string[])[gate.Passed ? "PASS" : "FAIL", gate.Name, Number(gate.Measured), Number(gate.Threshold), gate.Message]).ToList();
        if (rows.Count > 0) WriteTable(writer, ["", "gate", "measured", "limit", "finding"], rows);
    }

    public static void WriteGeneration(TextWriter writer, Generation generation)
    {
        writer.WriteLine(
            $"generation {generation.GenerationId}: {State(generation.State)}, {Text.Number(generation.Offers)} offers, {Text.Number(generation.OfferSets)} offer sets "
            + $"({Text.Number(generation.ScoredOffers)} scored offers), {Text.Number(generation.AffinitySets)} affinity sets, {Text.Number(generation.Rejected)} refused");
        if (generation.Failure.Length > 0) writer.WriteLine($"failed: {generation.Failure}");
    }

    public static void WriteGenerations(TextWriter writer, IReadOnlyList<Generation> generations)
    {
        if (generations.Count == 0)
        {
            writer.WriteLine("no generations");
            return;
        }

        var rows = generations.Select(generation => (string[])
        [
            generation.GenerationId, State(generation.State) + (generation.RollbackTarget ? " (roll back)" : ""), Text.Number(generation.Offers), Text.Number(generation.OfferSets),
            Text.Number(generation.AffinitySets), Text.Number(generation.Rejected), $"{generation.SegmentBytes / 1e6:0.0} MB", $"{generation.MemoryBytes / 1e6:0.0} MB",
            generation.CreatedAt is { } created ? created.ToDateTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) : "", generation.Failure,
        ]).ToList();
        WriteTable(writer, ["generation", "state", "offers", "offer sets", "affinity sets", "refused", "disk", "memory", "created", "failure"], rows);
    }

    public static void WriteTable(TextWriter writer, string[] header, IReadOnlyList<string[]> rows)
    {
        var widths = header.Select((title, column) => Math.Max(title.Length, rows.Max(row => row[column].Length))).ToArray();
        foreach (var row in (IEnumerable<string[]>)[header, .. rows])
            writer.WriteLine(string.Join("  ", row.Select((cell, column) => column == header.Length - 1 ? cell : cell.PadRight(widths[column]))).TrimEnd());
    }

    private static string Number(double value) => value.ToString("#,0.####", CultureInfo.InvariantCulture);
}
