using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;
using DecisionServer.Tests.Processes;

namespace DecisionServer.Tests.Architecture;

/// <summary>References point one way, and each technology has one home.</summary>
public sealed class ReferenceGraphTests
{
    private static readonly string[] Contract = ["Grpc.Core.Api", "Grpc.Net.Common"];

    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["DecisionServer"] = ["DecisionServer.Engine", "DecisionServer.Store", "DecisionServer.Journal", "DecisionServer.Fanout", "DecisionServer.Protocol"],
        ["DecisionServer.Engine"] = ["DecisionServer.Store"],
        ["DecisionServer.Fanout"] = ["DecisionServer.Store"],
        ["DecisionServer.Journal"] = ["DecisionServer.Store"],
        ["DecisionServer.Store"] = [],
        ["DecisionServer.Protocol"] = [],
        ["DecisionServer.Loader"] = ["DecisionServer.Protocol"],
        ["DecisionServer.Client"] = ["DecisionServer.Protocol"],
        ["Grpc.Core.Api"] = [],
        ["Grpc.Net.Common"] = ["Grpc.Core.Api"],
    };

    // Beginning of an assembly's or package's name -> projects that may name it.
    private static readonly Dictionary<string, string[]> Homes = new()
    {
        ["FASTER."] = ["DecisionServer.Store"],
        ["Microsoft.FASTER"] = ["DecisionServer.Store"],
        ["StackExchange.Redis"] = ["DecisionServer.Fanout"],
        ["Npgsql"] = ["DecisionServer.Journal"],
        ["Microsoft.Data.Sqlite"] = ["DecisionServer.Journal"],
        ["SQLitePCLRaw"] = ["DecisionServer.Journal"],
        ["Grpc."] = ["DecisionServer", "DecisionServer.Protocol", "DecisionServer.Loader", "DecisionServer.Client", "Grpc.Core.Api", "Grpc.Net.Common"],
        ["Google.Protobuf"] = ["DecisionServer", "DecisionServer.Protocol", "DecisionServer.Loader", "DecisionServer.Client"],
        ["OpenTelemetry"] = ["DecisionServer"],
        ["Microsoft.AspNetCore"] = ["DecisionServer"],
    };

    // Beside the product: they may refer to anything, nothing of the product refers to them.
    private static readonly Dictionary<string, string[]> Instruments = new()
    {
        ["benchmarks/DecisionServer.Baseline"] = ["StackExchange.Redis"],
        ["benchmarks/DecisionServer.Benchmarks"] = ["BenchmarkDotNet", "Microsoft.FASTER"],
        ["benchmarks/DecisionServer.BenchmarkServer"] = [],
    };

    private static readonly string[] Projects =
        [.. Directory.GetDirectories(Repository.PathOf("src")).Select(Path.GetFileName).Where(name => File.Exists(ProjectFile(name!))).Select(name => name!)];

    [Fact]
    public void Projects_All_AreKnownHere() => Assert.Empty(Projects.Except(Allowed.Keys));

    [Fact]
    public void ProjectReferences_OfProjectFiles_PointOneWay() => Assert.Empty(
        from project in Projects
        from reference in References(project, "ProjectReference")
        let target = Path.GetFileNameWithoutExtension(reference)
        where !Allowed[project].Contains(target)
        select $"{project} references {target}");

    [Fact]
    public void AssemblyReferences_OfCompiledCode_PointOneWay() => Assert.Empty(
        from project in Projects
        from reference in AssemblyReferences(project)
        where Allowed.ContainsKey(reference) && !Contract.Contains(reference) && !Allowed[project].Contains(reference)
        select $"{project}.dll references {reference}");

    [Fact]
    public void Technologies_InPackagesAndCompiledCode_HaveOneHome() => Assert.Empty(
        from project in Projects
        from reference in AssemblyReferences(project).Concat(References(project, "PackageReference"))
        from home in Homes
        where reference.StartsWith(home.Key, StringComparison.Ordinal) && !home.Value.Contains(project)
        select $"{project} names {reference}, which is for {string.Join(", ", home.Value)}");

    [Fact]
    public void Benchmarks_All_AreKnownHere() => Assert.Equal(
        Instruments.Keys.Order(),
        from file in Directory.GetFiles(Repository.PathOf("benchmarks"), "*.csproj", SearchOption.AllDirectories)
        select "benchmarks/" + Path.GetFileName(Path.GetDirectoryName(file)) into name
        orderby name
        select name);

    [Fact]
    public void AssemblyReferences_OfTheProduct_NameNoInstrument() => Assert.Empty(
        from project in Projects
        from reference in AssemblyReferences(project)
        where Instruments.Keys.Any(instrument => instrument.EndsWith("/" + reference, StringComparison.Ordinal)) || reference.StartsWith("BenchmarkDotNet", StringComparison.Ordinal)
        select $"{project}.dll references {reference}");

    // A comparison with Redis must not become the product's way to Redis, nor may a benchmark's.
    [Fact]
    public void Technologies_OfInstruments_AreTheirOwn() => Assert.Empty(
        from instrument in Instruments
        from package in References(Repository.PathOf([.. instrument.Key.Split('/'), instrument.Key.Split('/')[1] + ".csproj"]), "PackageReference", isPath: true)
        from technology in (string[])["StackExchange.Redis", "Npgsql", "SQLitePCLRaw", "Microsoft.FASTER", "BenchmarkDotNet"]
        where package.StartsWith(technology, StringComparison.Ordinal) && !instrument.Value.Contains(technology)
        select $"{instrument.Key} names {package}");

    [Fact]
    public void AssemblyReferences_OfStore_NameFaster() => Assert.Contains("FASTER.core", AssemblyReferences("DecisionServer.Store"));

    private static string ProjectFile(string project) => Repository.PathOf("src", project, project + ".csproj");

    private static IEnumerable<string> References(string project, string element, bool isPath = false) =>
        XDocument.Load(isPath ? project : ProjectFile(project)).Descendants(element)
            .Where(reference => (string?)reference.Attribute("ReferenceOutputAssembly") != "false")
            .Select(reference => (string)reference.Attribute("Include")!);

    private static List<string> AssemblyReferences(string project)
    {
        using FileStream file = File.OpenRead(Repository.AssemblyOf(project));
        using var assembly = new PEReader(file);
        MetadataReader metadata = assembly.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))];
    }
}
