namespace DecisionServer.Journal.Tests.Support;

/// <summary>A folder of one test, gone after it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("journal-test-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>A copy of all files, as a killed process would leave them: nothing is closed or carried over.</summary>
    public TemporaryFolder Copy()
    {
        var copy = new TemporaryFolder();
        foreach (var file in Directory.GetFiles(Path)) System.IO.File.Copy(file, copy.File(System.IO.Path.GetFileName(file)), overwrite: true);
        return copy;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
