using System.Text.Json;
using System.Text.Unicode;

namespace DecisionServer.Loader;

/// <summary>Strings of a JSON line as UTF-8, without making strings of them.</summary>
internal sealed class JsonText
{
    private byte[] _scratch = [];

    public static SetFault Fault(JsonException exception)
        => new($"not valid JSON near byte {exception.BytePositionInLine + 1} of the line", "each line is one JSON object");

    /// <summary>The value of a string or property name. Valid until the next call.</summary>
    /// <exception cref="JsonException">It is not UTF-8, or holds half a surrogate pair.</exception>
    public ReadOnlySpan<byte> Read(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
        {
            if (!Utf8.IsValid(reader.ValueSpan)) throw Invalid(ref reader);
            return reader.ValueSpan;
        }

        if (_scratch.Length < reader.ValueSpan.Length) _scratch = new byte[2 * reader.ValueSpan.Length];
        try
        {
            return _scratch.AsSpan(0, reader.CopyString(_scratch));
        }
        catch (InvalidOperationException)
        {
            throw Invalid(ref reader);
        }
    }

    private static JsonException Invalid(ref Utf8JsonReader reader) => new("not UTF-8", null, 0, reader.TokenStartIndex);
}
