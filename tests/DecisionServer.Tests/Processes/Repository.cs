using System.Reflection;

namespace DecisionServer.Tests.Processes;

/// <summary>Where the repository and the programs built from it are.</summary>
public static class Repository
{
    public static string Root { get; } = Metadata("RepositoryRoot");

    public static string ServerDll => AssemblyOf("DecisionServer");

    public static string LoaderDll => AssemblyOf("DecisionServer.Loader");

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>The assembly that a project builds.</summary>
    public static string AssemblyOf(string project) =>
        PathOf("src", project, "bin", Metadata("Configuration"), "net10.0", project + ".dll");

    private static string Metadata(string key) =>
        typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(each => each.Key == key).Value!;
}
