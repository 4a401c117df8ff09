using System.Text.Json;

namespace Grpc.Contract.Tests.Wiring;

/// <summary>One property decides where the contract comes from, in one place, for every project.</summary>
public class UseGrpcPackagesTests
{
    private static readonly string[] Contract = ["Grpc.Core.Api", "Grpc.Net.Common"];

    public static TheoryData<string> Consumers =>
    [
        "src/DecisionServer/DecisionServer.csproj",
        "src/DecisionServer.Protocol/DecisionServer.Protocol.csproj",
        "tests/Grpc.Contract.Tests/Grpc.Contract.Tests.csproj",
    ];

    [Theory]
    [MemberData(nameof(Consumers))]
    public async Task UseGrpcPackages_False_ReferencesTheProjects(string project)
    {
        var references = await EvaluateReferencesAsync(project, useGrpcPackages: false);

        Assert.Equal(Contract, references.Projects);
        Assert.Empty(references.Packages);
    }

    [Theory]
    [MemberData(nameof(Consumers))]
    public async Task UseGrpcPackages_True_ReferencesThePackages(string project)
    {
        var references = await EvaluateReferencesAsync(project, useGrpcPackages: true);

        Assert.Empty(references.Projects);
        Assert.Equal(Contract, references.Packages);
    }

    [Theory]
    [InlineData("Grpc.Core.Api")]
    [InlineData("Grpc.Net.Common")]
    public async Task ContractProject_Identity_IsThatOfThePackage(string name)
    {
        var evaluated = await Repository.EvaluateAsync($"src/{name}/{name}.csproj", "-getProperty:PackageId,Version,AssemblyVersion,IsPackable", "-getItem:PackageVersion");

        var properties = evaluated.GetProperty("Properties");
        Assert.Equal((name, "2.0.0.0", "false"), (Get(properties, "PackageId"), Get(properties, "AssemblyVersion"), Get(properties, "IsPackable")));

        // Raising the packages without the contract, or the other way round, would let NuGet and the comparison look at different things.
        var versions = evaluated.GetProperty("Items").GetProperty("PackageVersion").EnumerateArray().ToDictionary(item => Get(item, "Identity"), item => Get(item, "Version"));
        foreach (var package in (string[])[name, "Grpc.AspNetCore.Server", "Grpc.Net.Client", "Grpc.Tools"])
            Assert.Equal((package, Get(properties, "Version")), (package, versions[package]));
    }

    // Every project with a gRPC package opts in by name, and none goes past the one place that decides.
    [Fact]
    public void ProjectFiles_AllOfThem_OptInAndKnowNothingElse()
    {
        var projects = Directory.GetFiles(Repository.Root, "*.csproj", SearchOption.AllDirectories)
            .Where(path => !Contract.Contains(Path.GetFileNameWithoutExtension(path)))
            .ToDictionary(path => Path.GetRelativePath(Repository.Root, path), File.ReadAllText);
        Assert.NotEmpty(projects);

        Assert.Empty(projects.Where(project => Contract.Any(name => project.Value.Contains(name, StringComparison.Ordinal))).Select(project => project.Key));
        Assert.Empty(projects
            .Where(project => project.Value.Contains("Include=\"Grpc.", StringComparison.Ordinal) && !project.Value.Contains("<UsesGrpcCore>true</UsesGrpcCore>", StringComparison.Ordinal))
            .Select(project => project.Key));
    }

    private static async Task<(IReadOnlyList<string> Projects, IReadOnlyList<string> Packages)> EvaluateReferencesAsync(string project, bool useGrpcPackages)
    {
        var evaluated = await Repository.EvaluateAsync(
            project,
            "-getItem:ProjectReference",
            "-getItem:PackageReference",
            $"-p:UseGrpcPackages={(useGrpcPackages ? "true" : "false")}");

        var items = evaluated.GetProperty("Items");
        return (Names("ProjectReference", Path.GetFileNameWithoutExtension), Names("PackageReference", identity => identity));

        List<string> Names(string kind, Func<string, string?> name) =>
            [.. items.GetProperty(kind).EnumerateArray().Select(item => name(Get(item, "Identity"))).OfType<string>().Where(Contract.Contains)];
    }

    private static string Get(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
