using System.Globalization;
using System.Text.Json;

namespace DecisionServer.Loader;

/// <summary>The end of a load, for people or as JSON.</summary>
internal sealed class LoadReport(LoaderHost host, bool json)
{
    public void Write(LoadOptions options, LoadOutcome outcome, LoadLedger ledger, FaultLog faults, TimeSpan elapsed)
    {
        if (json) JsonReport.Write(host, writer => WriteJson(writer, options, outcome, ledger, faults, elapsed));
        else WriteText(host.Output, options, outcome, ledger, faults, elapsed);
    }

    public void Write(DeltaOutcome outcome, FaultLog faults, int exitCode)
    {
        if (json)
        {
            JsonReport.Write(host, writer =>
            {
                writer.WriteString("generation_id", outcome.GenerationId);
                writer.WriteNumber("stored", outcome.Stored);
                writer.WriteNumber("offers_added", outcome.OffersAdded);
                writer.WriteNumber("offers_replaced", outcome.OffersReplaced);
                WriteFaults(writer, faults);
                writer.WriteNumber("exit_code", exitCode);
            });
            return;
        }

        if (outcome.OffersAdded + outcome.OffersReplaced > 0)
            host.Output.WriteLine($"{Text.Number(outcome.OffersAdded)} offers added, {Text.Number(outcome.OffersReplaced)} replaced");
        host.Output.WriteLine($"{Text.Number(outcome.Stored)} sets put into generation {outcome.GenerationId}, {Text.Number(faults.Count)} bad rows");
        if (faults.IsExceeded) host.Output.WriteLine($"stopped: more than {faults.Most} bad rows; what is said to be stored above stays");
    }

    private static void WriteText(TextWriter output, LoadOptions options, LoadOutcome outcome, LoadLedger ledger, FaultLog faults, TimeSpan elapsed)
    {
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Text.Number(ledger.Sent)} sets sent in {elapsed.TotalSeconds:0.0} s, {Text.Number((long)(ledger.Sent / Math.Max(0.001, elapsed.TotalSeconds)))} sets/s")
            + (ledger.Skipped > 0 ? $"; {Text.Number(ledger.Skipped)} the server had already" : ""));
        if (faults.Count > 0) output.WriteLine($"{Text.Number(faults.Count)} bad rows or refused sets");
        if (outcome.Generation is { } generation)
        {
            GenerationText.WriteGeneration(output, generation);
            GenerationText.WriteGates(output, generation.Gates);
        }

        output.WriteLine(Conclusion(options, outcome, faults));
    }

    private static string Conclusion(LoadOptions options, LoadOutcome outcome, FaultLog faults) => outcome switch
    {
        { End: LoadEnd.BadRows, Generation: null } => $"stopped: more than {faults.Most} bad rows in the offers; nothing was sent",
        { End: LoadEnd.BadRows } => $"stopped: more than {faults.Most} bad rows; nothing is published. Load on with --resume and a higher --max-errors, "
            + $"or correct the files, drop {options.GenerationId} and load again",
        { IsPublished: true, End: LoadEnd.GatesFailed } => "published by force although a gate failed",
        { IsPublished: true } => $"published{(string.IsNullOrEmpty(outcome.PreviousGenerationId) ? "" : $"; before it was {outcome.PreviousGenerationId}")}",
        { End: LoadEnd.GatesFailed } => $"not published: a gate failed. Look at the findings; publish {options.GenerationId} --force overrides them, drop {options.GenerationId} removes the generation",
        _ => $"sealed; publish {options.GenerationId} makes it current",
    };

    private static void WriteJson(Utf8JsonWriter writer, LoadOptions options, LoadOutcome outcome, LoadLedger ledger, FaultLog faults, TimeSpan elapsed)
    {
        writer.WriteString("generation_id", options.GenerationId);
        writer.WriteString("result", outcome.End switch { LoadEnd.Done => "done", LoadEnd.BadRows => "bad_rows", _ => "gates_failed" });
        writer.WriteBoolean("published", outcome.IsPublished);
        writer.WriteString("previous_generation_id", outcome.PreviousGenerationId);
        writer.WriteNumber("sets_sent", ledger.Sent);
        writer.WriteNumber("sets_skipped", ledger.Skipped);
        writer.WriteNumber("seconds", Math.Round(elapsed.TotalSeconds, 3));
        writer.WriteNumber("sets_per_second", Math.Round(ledger.Sent / Math.Max(0.001, elapsed.TotalSeconds)));
        WriteFaults(writer, faults);
        writer.WritePropertyName("generation");
        if (outcome.Generation is { } generation) JsonReport.WriteGeneration(writer, generation);
        else writer.WriteNullValue();
        writer.WriteString("conclusion", Conclusion(options, outcome, faults));
        writer.WriteNumber("exit_code", outcome.ExitCode);
    }

    private static void WriteFaults(Utf8JsonWriter writer, FaultLog faults)
    {
        writer.WriteNumber("bad_rows", faults.Count);
        writer.WriteStartArray("faults");
        foreach (var fault in faults.First) writer.WriteStringValue(fault);
        writer.WriteEndArray();
    }
}
