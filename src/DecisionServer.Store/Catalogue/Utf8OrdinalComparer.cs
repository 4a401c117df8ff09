namespace DecisionServer.Store;

/// <summary>Orders strings as their UTF-8 bytes: the same order in which other systems sort ids. Differs from the ordinal order of .NET (UTF-16) only beyond U+FFFF.</summary>
public sealed class Utf8OrdinalComparer : IComparer<string>
{
    /// <summary>The one instance.</summary>
    public static readonly Utf8OrdinalComparer Instance = new();

    private Utf8OrdinalComparer()
    {
    }

    /// <summary>Negative, 0 or positive as <paramref name="x"/> comes before, with or after <paramref name="y"/>. Null comes first.</summary>
    public int Compare(string? x, string? y)
    {
        if (x is null || y is null) return (x is null ? 0 : 1) - (y is null ? 0 : 1);
        var same = x.AsSpan().CommonPrefixLength(y);
        if (same == x.Length || same == y.Length) return x.Length - y.Length;
        return Rank(x[same]) - Rank(y[same]);
    }

    // Surrogates stand for code points above U+FFFF, so they go behind U+E000..U+FFFF.
    private static int Rank(char c) => c >= 0xE000 ? c - 0x800 : c >= 0xD800 ? c + 0x2000 : c;
}
