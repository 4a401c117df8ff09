using System.Globalization;

namespace DecisionServer.Options;

/// <summary>Reads single options from the configuration, remembers their names, and collects what is wrong with their values.</summary>
internal sealed class OptionReader(IConfiguration configuration, ICollection<string> errors)
{
    /// <summary>Names of all options that were asked for: the ones that exist.</summary>
    public List<string> Known { get; } = [];

    public string Text(string name, string fallback)
    {
        Known.Add(name);
        return configuration[name]?.Trim() is { Length: > 0 } value ? value : fallback;
    }

    public int Number(string name, int fallback, int min, int max)
    {
        string text = Text(name, "");
        if (text.Length == 0)
            return fallback;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= min && value <= max)
            return value;
        errors.Add($"{name}: \"{text}\" is not a whole number from {min} to {max}");
        return fallback;
    }

    public TimeSpan Seconds(string name, double fallback, double min, double max)
    {
        string text = Text(name, "");
        if (text.Length == 0)
            return TimeSpan.FromSeconds(fallback);
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value >= min && value <= max)
            return TimeSpan.FromSeconds(value);
        errors.Add(string.Create(CultureInfo.InvariantCulture, $"{name}: \"{text}\" is not a number of seconds from {min} to {max}"));
        return TimeSpan.FromSeconds(fallback);
    }

    public bool Flag(string name)
    {
        string text = Text(name, "false");
        if (bool.TryParse(text, out bool value))
            return value;
        errors.Add($"{name}: \"{text}\" is neither true nor false");
        return false;
    }

    public T Choice<T>(string name, T fallback, params ReadOnlySpan<(string Name, T Value)> choices)
    {
        string text = Text(name, "");
        if (text.Length == 0)
            return fallback;
        var names = new List<string>(choices.Length);
        foreach ((string choice, T value) in choices)
        {
            if (choice.Equals(text, StringComparison.OrdinalIgnoreCase))
                return value;
            names.Add(choice);
        }

        errors.Add($"{name}: \"{text}\" is none of {string.Join(", ", names)}{DidYouMean.Hint(text, names)}");
        return fallback;
    }

    public Uri? Address(string name, string fallback)
    {
        string text = Text(name, fallback);
        if (text.Length == 0)
            return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && (uri.Scheme == "http" || uri.Scheme == "https"))
            return uri;
        errors.Add($"{name}: \"{text}\" is not an address of the form http://host:port or https://host:port");
        return fallback.Length == 0 ? null : new Uri(fallback);
    }

    public TimeZoneInfo TimeZone(string name, string fallback)
    {
        string text = Text(name, fallback);
        if (TimeZoneInfo.TryFindSystemTimeZoneById(text, out TimeZoneInfo? zone))
            return zone;
        errors.Add($"{name}: \"{text}\" is not a time zone of this system, for example Europe/Berlin (package tzdata)");
        return TimeZoneInfo.Utc;
    }

    public DateTimeOffset? Instant(string name)
    {
        string text = Text(name, "");
        if (text.Length == 0)
            return null;
        if (Rfc3339.TryParse(text, out DateTimeOffset value))
            return value;
        errors.Add($"{name}: \"{text}\" is not an instant of RFC 3339, for example 2017-08-27T00:00:00Z");
        return null;
    }
}
