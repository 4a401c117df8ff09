using System.Text;
using System.Text.Unicode;

namespace DecisionServer.Store;

/// <summary>What every id of the contract must be: 1 to 64 bytes of UTF-8.</summary>
public static class IdRules
{
    /// <summary>Longest id, in bytes of UTF-8.</summary>
    public const int MaxBytes = 64;

    /// <summary>Whether <paramref name="id"/> is an id; <paramref name="fault"/> says otherwise what is wrong ("is empty").</summary>
    public static bool IsValid(string? id, out string fault)
    {
        if (string.IsNullOrEmpty(id))
        {
            fault = "is empty";
            return false;
        }

        // The ends first: three bytes a UTF-16 unit at most, so most ids need no counting.
        int bytes = id.Length * 3 <= MaxBytes ? id.Length : Encoding.UTF8.GetByteCount(id);
        if (bytes > MaxBytes)
        {
            fault = TooLong(bytes);
            return false;
        }

        // Decoders put U+FFFD where the bytes were not UTF-8; an id that holds one cannot be trusted to be the sender's.
        foreach (char c in id)
        {
            if (c >= '\uD800' && (c == '\uFFFD' || char.IsSurrogate(c)) && !IsPaired(id))
            {
                fault = "is not valid UTF-8";
                return false;
            }
        }

        fault = "";
        return true;
    }

    /// <summary>Whether <paramref name="utf8"/> is an id; <paramref name="fault"/> says otherwise what is wrong.</summary>
    public static bool IsValid(ReadOnlySpan<byte> utf8, out string fault)
    {
        fault = utf8.Length switch
        {
            0 => "is empty",
            > MaxBytes => TooLong(utf8.Length),
            _ => Utf8.IsValid(utf8) && utf8.IndexOf("\uFFFD"u8) < 0 ? "" : "is not valid UTF-8",
        };
        return fault.Length == 0;
    }

    private static string TooLong(int bytes) => $"is {bytes} bytes long, at most {MaxBytes} are allowed";

    private static bool IsPaired(string id)
    {
        for (int i = 0; i < id.Length; i++)
        {
            if (id[i] == '\uFFFD' || (char.IsSurrogate(id[i]) && (i + 1 == id.Length || !char.IsSurrogatePair(id[i], id[i + 1]))))
            {
                return false;
            }

            i += char.IsHighSurrogate(id[i]) ? 1 : 0;
        }

        return true;
    }
}
