using System.Text.Unicode;

namespace DecisionServer.Loader;

/// <summary>The rule for ids: 1 to 64 bytes of UTF-8.</summary>
internal static class Id
{
    public const int MaxBytes = 64;

    // U+FFFD stands where an encoder met something it could not write: the id has been damaged before it came here.
    private static ReadOnlySpan<byte> Replacement => "\uFFFD"u8;

    public static bool IsValid(ReadOnlySpan<byte> utf8)
        => (uint)(utf8.Length - 1) < MaxBytes && Utf8.IsValid(utf8) && utf8.IndexOf(Replacement) < 0;

    /// <summary>What is wrong with an id that is not valid.</summary>
    public static string Fault(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty) return "is empty";
        if (utf8.Length > MaxBytes) return $"is {utf8.Length} bytes long, at most {MaxBytes} are allowed";
        return Utf8.IsValid(utf8) ? "holds U+FFFD, the sign for characters lost in an earlier conversion" : "is not valid UTF-8";
    }
}
