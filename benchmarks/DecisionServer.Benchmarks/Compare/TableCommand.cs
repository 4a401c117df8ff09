namespace DecisionServer.Benchmarks;

/// <summary><c>table</c>: what benchmarks/compare prints at the end.</summary>
internal static class TableCommand
{
    public static int Run(string measurements, string? into, TextWriter output)
    {
        var text = RatioTable.Write(Measurements.Parse(File.ReadLines(measurements)));
        output.Write(text);
        if (into is null) return 0;
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(into))!);
        File.WriteAllText(into, text);
        return 0;
    }
}
