using System.Diagnostics;
using DecisionServer.Tests.Processes;

namespace DecisionServer.Tests.Faults;

/// <summary>A disk of a few megabytes: a tmpfs, mounted for one test. Needs root, or sudo without a password.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public SmallDisk(int mebibytes)
    {
        Path = _directory.File("disk");
        Directory.CreateDirectory(Path);
        Run("mount", "-t", "tmpfs", "-o", $"size={mebibytes}m,mode=777", "tmpfs", Path);
    }

    public string Path { get; }

    public void Dispose()
    {
        Run("umount", "--lazy", Path);
        _directory.Dispose();
    }

    private static void Run(params string[] command)
    {
        string[] words = Environment.UserName == "root" ? command : ["sudo", "-n", .. command];
        using var process = Process.Start(new ProcessStartInfo(words[0], words[1..]) { RedirectStandardError = true })!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{string.Join(' ', words)}: {errors}");
    }
}
