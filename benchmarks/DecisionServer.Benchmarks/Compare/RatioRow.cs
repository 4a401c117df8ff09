using System.Globalization;

namespace DecisionServer.Benchmarks;

/// <summary>One line of the table: two measurements, and what their ratio should be.</summary>
/// <param name="What">What is compared with what.</param>
/// <param name="Of">Name of the measurement above the line.</param>
/// <param name="To">Name of the one below.</param>
/// <param name="Unit">Unit of both.</param>
/// <param name="Goal">The ratio that it should be.</param>
/// <param name="AtLeast">The goal is a lower bound; otherwise an upper one.</param>
internal sealed record RatioRow(string What, string Of, string To, string Unit, double Goal, bool AtLeast)
{
    public const string Head = "| what | goal | measured | figures (medians) | met |\n|---|---|---|---|---|";

    /// <summary>Whether the goal is met; null: it was not measured.</summary>
    public bool? IsMet(Measurements measurements) =>
        measurements.Ratio(Of, To) is { } ratio ? (AtLeast ? ratio >= Goal : ratio <= Goal) : null;

    /// <summary>The line in Markdown.</summary>
    public string Write(Measurements measurements)
    {
        var goal = $"{(AtLeast ? "≥" : "≤")} {Number(Goal)} ×";
        if (measurements.Ratio(Of, To) is not { } ratio) return $"| {What} | {goal} | – | – | not measured |";
        var (above, below) = (measurements.Median(Of)!.Value, measurements.Median(To)!.Value);
        return $"| {What} | {goal} | {Number(ratio)} × | {Number(above)} against {Number(below)} {Unit} | {Verdict(ratio)} |";
    }

    /// <summary>Three significant digits, thousands separated.</summary>
    public static string Number(double value) => Math.Abs(value) switch
    {
        >= 100 => value.ToString("#,0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.0", CultureInfo.InvariantCulture),
        >= 1 => value.ToString("0.00", CultureInfo.InvariantCulture),
        _ => value.ToString("0.000", CultureInfo.InvariantCulture),
    };

    private string Verdict(double ratio)
    {
        var missing = AtLeast ? (Goal - ratio) / Goal : (ratio - Goal) / Goal;
        return missing <= 0 ? "yes" : string.Create(CultureInfo.InvariantCulture, $"no, by {missing * 100:0.#} %");
    }
}
