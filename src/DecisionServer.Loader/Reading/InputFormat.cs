namespace DecisionServer.Loader;

/// <summary>How an input is written.</summary>
internal enum InputFormat
{
    /// <summary>Comma-separated values with a header, RFC 4180.</summary>
    Csv,

    /// <summary>One JSON object a line.</summary>
    Ndjson,

    /// <summary>Length-delimited protobuf messages.</summary>
    Protobuf,
}

/// <summary>Names of formats.</summary>
internal static class InputFormats
{
    public const string Known = "csv, ndjson, pb";

    /// <summary>Reads a format from the ending of a file's name, <c>.gz</c> aside.</summary>
    public static bool TryFromPath(string path, out InputFormat format)
    {
        var name = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;
        return TryParse(Path.GetExtension(name).TrimStart('.'), out format);
    }

    public static bool TryParse(string name, out InputFormat format)
    {
        (var known, format) = name.ToUpperInvariant() switch
        {
            "CSV" => (true, InputFormat.Csv),
            "NDJSON" or "JSONL" => (true, InputFormat.Ndjson),
            "PB" => (true, InputFormat.Protobuf),
            _ => (false, default),
        };
        return known;
    }

    public static string Name(this InputFormat format) => format switch
    {
        InputFormat.Csv => "csv",
        InputFormat.Ndjson => "ndjson",
        _ => "pb",
    };
}
