using System.Diagnostics;

namespace DecisionServer.Journal.Tests.Support;

/// <summary>A file system of a few MiB that can really be full. Mounting needs root; where that is not given the test fails and says so, it is never left out.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("journal-disk-").FullName;

    public SmallDisk(int mebibytes) => Run("mount", "-t", "tmpfs", "-o", $"size={mebibytes}m", "tmpfs", _path);

    public string Path => System.IO.Path.Combine(_path, "journal");

    private string Ballast => System.IO.Path.Combine(_path, "ballast");

    /// <summary>Leaves so many bytes free.</summary>
    public void FillUpTo(long free)
    {
        var bytes = new DriveInfo(_path).AvailableFreeSpace - free;
        using var file = new FileStream(Ballast, FileMode.Append, FileAccess.Write);
        var block = new byte[4096];
        for (long written = 0; written < bytes; written += block.Length) file.Write(block);
    }

    public void GiveBack() => File.Delete(Ballast);

    public void Dispose()
    {
        Run("umount", "-l", _path);
        Directory.Delete(_path);
    }

    private static void Run(string file, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{file} {string.Join(' ', arguments)}: {errors} (this test needs root, to mount a small file system)");
    }
}
