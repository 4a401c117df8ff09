namespace DecisionServer.Loader;

/// <summary>An input as named on the command line: a file, or <c>-</c> for stdin, and its format.</summary>
internal sealed record InputSpec(string Path, InputFormat Format)
{
    public const string StandardInput = "-";

    /// <summary>Stdin: can be read once only.</summary>
    public bool IsStandardInput => Path == StandardInput;

    /// <summary>The name that messages use.</summary>
    public string Name => IsStandardInput ? "stdin" : Path;

    /// <summary>Bytes on disk, or null for stdin.</summary>
    public long? Length => IsStandardInput ? null : new FileInfo(Path).Length;

    /// <summary>
    /// Makes a spec of what the user typed. The ending decides; <paramref name="format"/> (csv, ndjson, pb) is for stdin and for other endings.
    /// </summary>
    /// <exception cref="UsageException">No format, an unknown format, or no such file.</exception>
    public static InputSpec Create(string path, string? format)
    {
        var given = default(InputFormat);
        if (format is not null && !InputFormats.TryParse(format, out given))
            throw new UsageException($"--format: '{format}' is unknown (use one of {InputFormats.Known})");
        if (path != StandardInput && !File.Exists(path))
            throw new UsageException(Directory.Exists(path) ? $"{path}: is a folder (name a file in it)" : $"{path}: there is no such file");
        if (path != StandardInput && InputFormats.TryFromPath(path, out var byEnding))
            return new(path, byEnding);
        if (format is null)
        {
            throw new UsageException(path == StandardInput
                ? $"stdin: the format is not known (give --format: {InputFormats.Known})"
                : $"{path}: the ending names no format (end the name in .csv, .ndjson or .pb, with or without .gz, or give --format)");
        }

        return new(path, given);
    }
}
