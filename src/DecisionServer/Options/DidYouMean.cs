namespace DecisionServer.Options;

/// <summary>Finds the name that a mistyped one was meant to be.</summary>
internal static class DidYouMean
{
    /// <summary>"; did you mean X?" where a name is near enough, otherwise nothing.</summary>
    public static string Hint(string typed, IEnumerable<string> names)
    {
        string? best = null;
        int bestDistance = Math.Max(2, typed.Length / 3) + 1;
        foreach (string name in names)
        {
            int distance = Distance(typed.ToUpperInvariant(), name.ToUpperInvariant());
            if (distance < bestDistance)
                (best, bestDistance) = (name, distance);
        }

        return best is null ? "" : $"; did you mean {best}?";
    }

    // Levenshtein with one row; names are short.
    private static int Distance(string a, string b)
    {
        int[] row = new int[b.Length + 1];
        for (int j = 0; j <= b.Length; j++)
            row[j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
