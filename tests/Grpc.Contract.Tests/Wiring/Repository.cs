using System.Diagnostics;
using System.Text.Json;

namespace Grpc.Contract.Tests.Wiring;

/// <summary>The source tree that this test was built from, as MSBuild sees it.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>Evaluates a project without building it and returns what it asks for.</summary>
    public static async Task<JsonElement> EvaluateAsync(string project, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = Root, RedirectStandardOutput = true };
        foreach (var argument in (string[])["msbuild", Path.Combine(Root, project), "-nologo", .. arguments])
            start.ArgumentList.Add(argument);

        // The test host's own MSBuild settings, if any, are not for this one.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);

        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, output);
        return JsonDocument.Parse(output).RootElement;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Directory.Packages.props")))
            folder = folder.Parent;

        return folder?.FullName ?? throw new InvalidOperationException("The test does not run from the source tree.");
    }
}
