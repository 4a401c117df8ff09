namespace DecisionServer.Loader.Tests;

/// <summary>The real weeks beside the repository.</summary>
internal static class RealWeeks
{
    public static string Folder { get; } = Find();

    public static IEnumerable<string> Weeks => Directory.GetDirectories(Folder).Order(StringComparer.Ordinal);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var data = Path.Combine(folder.FullName, "shared", "data", "complete-journey");
            if (Directory.Exists(data)) return data;
        }

        throw new DirectoryNotFoundException("shared/data/complete-journey is not beside the repository");
    }
}
