using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace DecisionServer.Metrics;

/// <summary>Writes metrics in the Prometheus text format 0.0.4, names as OpenTelemetry's Prometheus mapping gives them.</summary>
internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static string Write(MetricCollector collector)
    {
        var text = new StringBuilder(16 * 1024);
        collector.Collect(state => Write(text, state));
        return text.ToString();
    }

    public static void Write(StringBuilder text, InstrumentState state)
    {
        Instrument instrument = state.Instrument;
        string type = TypeOf(instrument);
        string name = NameOf(instrument, type);
        Series[] all = [.. state.All];
        if (all.Length == 0)
            return;
        text.Append("# HELP ").Append(name).Append(' ');
        Escape(text, instrument.Description ?? "", quotes: false);
        text.Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
        foreach (Series series in all)
        {
            if (type == "histogram")
                WriteHistogram(text, name, series);
            else
                WriteSample(text, name, series.Tags, null, series.Value);
        }
    }

    private static void WriteHistogram(StringBuilder text, string name, Series series)
    {
        long count = 0;
        for (int i = 0; i <= series.Bounds.Length; i++)
        {
            count += series.Bucket(i);
            WriteSample(text, name + "_bucket", series.Tags, i < series.Bounds.Length ? Number(series.Bounds[i]) : "+Inf", count);
        }

        WriteSample(text, name + "_sum", series.Tags, null, series.Sum);
        WriteSample(text, name + "_count", series.Tags, null, count);
    }

    private static void WriteSample(StringBuilder text, string name, KeyValuePair<string, string>[] tags, string? bound, double value)
    {
        text.Append(name);
        char open = '{';
        foreach ((string key, string tag) in tags)
        {
            text.Append(open).Append(Sanitize(key)).Append("=\"");
            Escape(text, tag, quotes: true);
            text.Append('"');
            open = ',';
        }

        if (bound is not null)
        {
            text.Append(open).Append("le=\"").Append(bound).Append('"');
            open = ',';
        }

        text.Append(open == ',' ? "} " : " ").Append(Number(value)).Append('\n');
    }

    private static string TypeOf(Instrument instrument)
    {
        Type kind = instrument.GetType().GetGenericTypeDefinition();
        return kind == typeof(Histogram<>) ? "histogram"
            : kind == typeof(Counter<>) || kind == typeof(ObservableCounter<>) ? "counter"
            : "gauge";
    }

    private static string NameOf(Instrument instrument, string type)
    {
        string name = Sanitize(instrument.Name);
        string unit = instrument.Unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            "%" => "_percent",
            _ => "",
        };
        if (unit.Length > 0 && !name.EndsWith(unit, StringComparison.Ordinal))
            name += unit;
        return type == "counter" && !name.EndsWith("_total", StringComparison.Ordinal) ? name + "_total" : name;
    }

    private static string Sanitize(string name)
    {
        Span<char> clean = name.Length <= 256 ? stackalloc char[name.Length] : new char[name.Length];
        for (int i = 0; i < name.Length; i++)
            clean[i] = char.IsAsciiLetterOrDigit(name[i]) && (i > 0 || !char.IsAsciiDigit(name[i])) ? name[i] : '_';
        return new string(clean);
    }

    private static void Escape(StringBuilder text, string value, bool quotes)
    {
        foreach (char c in value)
        {
            _ = c switch
            {
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '"' when quotes => text.Append("\\\""),
                _ => text.Append(c),
            };
        }
    }

    private static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf"
        : double.IsNegativeInfinity(value) ? "-Inf"
        : value.ToString("R", CultureInfo.InvariantCulture);
}
