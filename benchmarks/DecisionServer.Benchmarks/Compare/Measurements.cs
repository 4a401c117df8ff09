using System.Globalization;

namespace DecisionServer.Benchmarks;

/// <summary>What a run measured: for each name its values in the order of the rounds.</summary>
internal sealed class Measurements
{
    private readonly Dictionary<string, List<double>> _values = new(StringComparer.Ordinal);

    /// <summary>Facts that are no numbers, such as the processor's name.</summary>
    public Dictionary<string, string> Facts { get; } = new(StringComparer.Ordinal);

    /// <summary>Reads lines of a name, a tab and a value; a value that is no number is a fact.</summary>
    public static Measurements Parse(IEnumerable<string> lines)
    {
        var measurements = new Measurements();
        foreach (var line in lines)
        {
            if (line.Length == 0) continue;
            var tab = line.IndexOf('\t', StringComparison.Ordinal);
            if (tab <= 0) throw new FormatException($"'{line}' is not a name, a tab and a value.");
            var (name, value) = (line[..tab], line[(tab + 1)..]);
            if (double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)) measurements.Add(name, number);
            else measurements.Facts[name] = value;
        }

        return measurements;
    }

    public void Add(string name, double value)
    {
        if (!_values.TryGetValue(name, out var values)) _values[name] = values = [];
        values.Add(value);
    }

    /// <summary>All values of a name, none if it was not measured.</summary>
    public IReadOnlyList<double> Values(string name) => _values.TryGetValue(name, out var values) ? values : [];

    /// <summary>The median of a name; null: it was not measured.</summary>
    public double? Median(string name) => Median(Values(name));

    /// <summary>The middle value; of an even number the mean of the two in the middle. Null: there is none.</summary>
    public static double? Median(IReadOnlyList<double> values)
    {
        if (values.Count == 0) return null;
        double[] sorted = [.. values.Order()];
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// <summary>
    /// The median of the ratios round by round, which a drift of the machine moves less than the ratio of medians. Where the two
    /// sides were not measured equally often: the ratio of their medians. Null: one of the two is missing, or the divisor is 0.
    /// </summary>
    public double? Ratio(string name, string to)
    {
        IReadOnlyList<double> above = Values(name), below = Values(to);
        if (above.Count == 0 || below.Count == 0 || below.Any(value => value == 0)) return null;
        return above.Count == below.Count
            ? Median([.. above.Zip(below, (a, b) => a / b)])
            : Median(above) / Median(below);
    }
}
