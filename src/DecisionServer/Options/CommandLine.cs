namespace DecisionServer.Options;

/// <summary>The command line: <c>--Section:Name=value</c>, nothing else.</summary>
internal static class CommandLine
{
    public static IReadOnlyDictionary<string, string?> Parse(IReadOnlyList<string> arguments, ICollection<string> errors)
    {
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (string argument in arguments)
        {
            int equals = argument.IndexOf('=', StringComparison.Ordinal);
            if (!argument.StartsWith("--", StringComparison.Ordinal) || equals < 3)
                errors.Add($"argument \"{argument}\": is not of the form --Section:Name=value");
            else if (!values.TryAdd(argument[2..equals], argument[(equals + 1)..]))
                errors.Add($"argument \"{argument[..equals]}\": is given twice");
        }

        return values;
    }
}
