namespace DecisionServer.Options;

/// <summary>Finds options that do not exist: a mistyped name must not be taken for the default.</summary>
internal static class UnknownOptions
{
    /// <summary>
    /// Anything typed must exist. In files and the environment only the sections of this server are checked: the rest belongs to others.
    /// </summary>
    public static void Check(
        IConfiguration configuration, IReadOnlyDictionary<string, string?> typed, IReadOnlyCollection<string> known, ICollection<string> errors)
    {
        var names = new HashSet<string>(known, StringComparer.OrdinalIgnoreCase);
        var unknown = new SortedSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (string name in typed.Keys.Where(name => !names.Contains(name)))
            unknown.Add(name);
        foreach (string section in known.Select(name => name[..name.IndexOf(':', StringComparison.Ordinal)]).Distinct())
        {
            foreach ((string name, string? value) in configuration.GetSection(section).AsEnumerable())
            {
                // A bare environment variable such as DATA is not an option of this server.
                if (value is not null && !names.Contains(name) && name.Contains(':', StringComparison.Ordinal))
                    unknown.Add(name);
            }
        }

        foreach (string name in unknown)
            errors.Add($"{name}: there is no such option{DidYouMean.Hint(name, known)}");
    }
}
