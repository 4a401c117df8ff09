using System.Text;

namespace DecisionServer.Store;

/// <summary>Rules of texts that are not ids: they may be empty and have a limit of their own.</summary>
internal static class TextRules
{
    /// <summary>Whether the text is valid UTF-8 of at most <paramref name="maxBytes"/> bytes; else what is wrong with it.</summary>
    public static bool IsValid(string? text, int maxBytes, out string fault)
    {
        fault = "";
        if (text is null)
            fault = "is missing";
        else if (IsDamaged(text))
            fault = "is not valid UTF-8";
        else if (text.Length > maxBytes || Encoding.UTF8.GetByteCount(text) > maxBytes)
            fault = $"is {Encoding.UTF8.GetByteCount(text)} bytes long, at most {maxBytes} are allowed";
        return fault.Length == 0;
    }

    // Decoders put U+FFFD where the bytes were not UTF-8.
    private static bool IsDamaged(string text)
    {
        if (text.Contains('\uFFFD')) return true;
        for (var at = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF'); (uint)at < (uint)text.Length; at++)
        {
            if (!char.IsSurrogate(text[at])) continue;
            if (at + 1 == text.Length || !char.IsSurrogatePair(text[at], text[at + 1])) return true;
            at++;
        }

        return false;
    }
}
