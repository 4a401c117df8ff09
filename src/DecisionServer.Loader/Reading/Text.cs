using System.Globalization;
using System.Text;

namespace DecisionServer.Loader;

/// <summary>Values of others, shown in messages: shortened, and no control characters.</summary>
internal static class Text
{
    public static string Shorten(string value, int most = 80)
    {
        var shown = value.Length <= most ? value : value[..most] + "…";
        return shown.Any(char.IsControl) ? string.Concat(shown.Select(c => char.IsControl(c) ? $"\\u{(int)c:x4}" : c.ToString())) : shown;
    }

    public static string Shorten(ReadOnlySpan<byte> utf8, int most = 80) => Shorten(Encoding.UTF8.GetString(utf8[..Math.Min(utf8.Length, 4 * most)]), most);

    /// <summary>A number with separators: 1,234,567.</summary>
    public static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
