using System.Globalization;
using System.Net;
using System.Text;

namespace NBomber.Reporting;

/// <summary>A line of a chart.</summary>
/// <param name="Name">For the legend.</param>
/// <param name="Class">Of the style sheet: its colour.</param>
/// <param name="Points">x and y; those that are not above 0 are left out on a logarithmic axis.</param>
internal sealed record ChartLine(string Name, string Class, IReadOnlyList<(double X, double Y)> Points);

/// <summary>A tick of an axis.</summary>
internal readonly record struct ChartTick(double At, string Text);

/// <summary>A chart as SVG: works in every browser, without a script, and prints.</summary>
internal sealed class Chart
{
    private const int Width = 900;
    private const int Height = 260;
    private const int Left = 64;
    private const int Right = 16;
    private const int Top = 30;
    private const int Bottom = 34;
    private readonly double _xMax;
    private readonly double _yMin;
    private readonly double _yMax;
    private readonly bool _logarithmic;
    private readonly StringBuilder _svg = new();

    private Chart(double xMax, double yMin, double yMax, bool logarithmic) =>
        (_xMax, _yMin, _yMax, _logarithmic) = (Math.Max(xMax, 1e-9), yMin, yMax, logarithmic);

    /// <summary>Draws one.</summary>
    /// <param name="title">What it shows.</param>
    /// <param name="unit">Of the y axis.</param>
    /// <param name="lines">Its lines.</param>
    /// <param name="xTicks">Ticks of the x axis; the last one is its end.</param>
    /// <param name="events">Vertical lines with a text.</param>
    /// <param name="logarithmic">The y axis is.</param>
    public static string Draw(
        string title, string unit, IReadOnlyList<ChartLine> lines, IReadOnlyList<ChartTick> xTicks, IReadOnlyList<(double Second, string Text)> events, bool logarithmic)
    {
        double[] values = [.. lines.SelectMany(line => line.Points).Select(point => point.Y).Where(y => y > 0)];
        double max = values.Length == 0 ? 1 : values.Max();
        double yMax = logarithmic ? Math.Pow(10, Math.Ceiling(Math.Log10(max) + 1e-9)) : NiceAbove(max);
        double yMin = logarithmic ? Math.Pow(10, Math.Floor(Math.Log10(values.Length == 0 ? 0.1 : values.Min()))) : 0;
        var chart = new Chart(xTicks[^1].At, yMin, yMax, logarithmic);
        chart.Frame(title, unit, xTicks);
        chart.Events(events);
        foreach (ChartLine line in lines)
            chart.Line(line);
        chart.Legend(lines);
        return chart._svg.Append("</svg>").ToString();
    }

    /// <summary>About eight round ticks from 0 to a number of seconds.</summary>
    public static IReadOnlyList<ChartTick> SecondTicks(double seconds)
    {
        double step = new double[] { 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600 }.FirstOrDefault(each => seconds / each <= 10, 7200);
        var ticks = new List<ChartTick>();
        for (double at = 0; at < seconds - (step / 3); at += step)
            ticks.Add(new ChartTick(at, at.ToString("0", CultureInfo.InvariantCulture)));
        ticks.Add(new ChartTick(seconds, seconds.ToString("0.#", CultureInfo.InvariantCulture) + " s"));
        return ticks;
    }

    private static double NiceAbove(double value)
    {
        double scale = Math.Pow(10, Math.Floor(Math.Log10(value)));
        return new[] { 1.0, 1.5, 2, 3, 4, 5, 6, 8, 10 }.First(step => step * scale >= value * 1.0000001) * scale;
    }

    private double X(double x) => Left + ((Width - Left - Right) * Math.Clamp(x / _xMax, 0, 1));

    private double Y(double y)
    {
        double part = _logarithmic
            ? (Math.Log10(Math.Max(y, _yMin)) - Math.Log10(_yMin)) / Math.Max(1e-9, Math.Log10(_yMax) - Math.Log10(_yMin))
            : (y - _yMin) / (_yMax - _yMin);
        return Height - Bottom - ((Height - Top - Bottom) * Math.Clamp(part, 0, 1));
    }

    private void Frame(string title, string unit, IReadOnlyList<ChartTick> xTicks)
    {
        Add($"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{WebUtility.HtmlEncode(title)}\">");
        Add($"<text class=\"title\" x=\"8\" y=\"14\">{WebUtility.HtmlEncode(title)}, {WebUtility.HtmlEncode(unit)}</text>");
        foreach (double tick in YTicks())
        {
            Add($"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(tick):0.0}\" y2=\"{Y(tick):0.0}\"/>");
            Add($"<text class=\"tick\" text-anchor=\"end\" x=\"{Left - 6}\" y=\"{Y(tick) + 4:0.0}\">{Short(tick)}</text>");
        }

        foreach (ChartTick tick in xTicks)
            Add($"<text class=\"tick\" text-anchor=\"middle\" x=\"{Math.Min(X(tick.At), Width - 24):0.0}\" y=\"{Height - Bottom + 16}\">{WebUtility.HtmlEncode(tick.Text)}</text>");
    }

    private IEnumerable<double> YTicks()
    {
        if (!_logarithmic)
            return Enumerable.Range(0, 5).Select(step => _yMax * step / 4);
        int decades = (int)Math.Round(Math.Log10(_yMax) - Math.Log10(_yMin));
        return Enumerable.Range(0, decades + 1).Select(decade => _yMin * Math.Pow(10, decade));
    }

    private void Events(IReadOnlyList<(double Second, string Text)> events)
    {
        int row = 0;
        foreach ((double second, string text) in events.Where(each => each.Second <= _xMax).OrderBy(each => each.Second))
        {
            double x = X(second);
            bool late = x > Width * 0.7;
            double y = Top + 10 + (12 * (row++ % 5));
            Add($"<line class=\"event\" x1=\"{x:0.0}\" x2=\"{x:0.0}\" y1=\"{Top}\" y2=\"{Height - Bottom}\"/>");
            Add($"<text class=\"event\" text-anchor=\"{(late ? "end" : "start")}\" x=\"{(late ? x - 4 : x + 4):0.0}\" y=\"{y:0.0}\">{WebUtility.HtmlEncode(text)}</text>");
        }
    }

    private void Line(ChartLine line)
    {
        IEnumerable<string> points = line.Points
            .Where(point => !_logarithmic || point.Y > 0)
            .Select(point => string.Create(CultureInfo.InvariantCulture, $"{X(point.X):0.0},{Y(point.Y):0.0}"));
        Add($"<polyline class=\"{line.Class}\" points=\"{string.Join(' ', points)}\"/>");
    }

    private void Legend(IReadOnlyList<ChartLine> lines)
    {
        double x = Width - Right - (lines.Count * 92);
        foreach (ChartLine line in lines)
        {
            Add($"<line class=\"{line.Class}\" x1=\"{x:0}\" x2=\"{x + 18:0}\" y1=\"10\" y2=\"10\"/><text class=\"tick\" x=\"{x + 23:0}\" y=\"14\">{WebUtility.HtmlEncode(line.Name)}</text>");
            x += 92;
        }
    }

    private static string Short(double value) => value switch
    {
        >= 1_000_000 => (value / 1_000_000).ToString("0.##", CultureInfo.InvariantCulture) + "M",
        >= 10_000 => (value / 1_000).ToString("0.#", CultureInfo.InvariantCulture) + "k",
        _ => value.ToString("0.###", CultureInfo.InvariantCulture),
    };

    private void Add(FormattableString part) => _svg.AppendLine(part.ToString(CultureInfo.InvariantCulture));
}
