using System.Text.Json;

namespace DecisionServer.Tests.Deploy;

/// <summary>The shipped container file, as far as it can be followed without an engine: what is run, what is set, what is started.</summary>
internal sealed class Containerfile
{
    private Containerfile(IReadOnlyList<string> lines)
    {
        Runs = [.. Of(lines, "RUN")];
        Environment = Of(lines, "ENV").Select(set => set.Split('=', 2)).ToDictionary(set => set[0], set => set[1]);
        Entrypoint = JsonSerializer.Deserialize<string[]>(Of(lines, "ENTRYPOINT").Single())!;
        Copies = [.. Of(lines, "COPY")];
    }

    public IReadOnlyList<string> Runs { get; }

    public IReadOnlyList<string> Copies { get; }

    public IReadOnlyDictionary<string, string> Environment { get; }

    public IReadOnlyList<string> Entrypoint { get; }

    public static Containerfile Read(string path) => new(File.ReadAllLines(path));

    private static IEnumerable<string> Of(IEnumerable<string> lines, string instruction) =>
        lines.Where(line => line.StartsWith(instruction + " ", StringComparison.Ordinal)).Select(line => line[(instruction.Length + 1)..].Trim());
}
