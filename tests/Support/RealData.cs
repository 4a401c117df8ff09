namespace DecisionServer.Tests.Support;

/// <summary>
/// Where the real weeks are: in DECISIONSERVER_SHARED, or in a folder "shared" beside the checkout or above it. They are not part of the repository.
/// </summary>
public static class RealData
{
    /// <summary>The folder of the weeks; null: not on this machine.</summary>
    public static string? Folder { get; } = Find();

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("DECISIONSERVER_SHARED") is { Length: > 0 } given)
        {
            return Path.Combine(given, "data", "complete-journey");
        }

        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, "shared", "data", "complete-journey");
            if (Directory.Exists(path))
            {
                return path;
            }
        }

        return null;
    }

    // In CI a missing folder is a failure, not a reason to pass by.
    internal static string? ReasonToSkip() => Folder is not null || Environment.GetEnvironmentVariable("CI") == "true"
        ? null
        : "the real weeks are not on this machine; set DECISIONSERVER_SHARED to the folder that holds data/complete-journey";
}

/// <summary>A fact about the real weeks; skipped, with the reason, where they are not at hand.</summary>
public sealed class RealDataFactAttribute : FactAttribute
{
    /// <summary>Decides when the test is discovered.</summary>
    public RealDataFactAttribute() => Skip = RealData.ReasonToSkip();
}

/// <summary>A theory about the real weeks; skipped, with the reason, where they are not at hand.</summary>
public sealed class RealDataTheoryAttribute : TheoryAttribute
{
    /// <summary>Decides when the test is discovered.</summary>
    public RealDataTheoryAttribute() => Skip = RealData.ReasonToSkip();
}
