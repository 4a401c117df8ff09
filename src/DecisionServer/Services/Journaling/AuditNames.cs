namespace DecisionServer.Services.Journaling;

/// <summary>Names of what an act was about, as many as a person reads.</summary>
internal static class AuditNames
{
    private const int Most = 10;

    public static string Of(IEnumerable<string> names)
    {
        string[] first = [.. names.Take(Most + 1)];
        return first.Length <= Most ? string.Join(", ", first) : string.Join(", ", first[..Most]) + ", …";
    }
}
