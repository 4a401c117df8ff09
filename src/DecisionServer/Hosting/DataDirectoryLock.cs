namespace DecisionServer.Hosting;

/// <summary>Keeps a second server out of the data directory, for as long as the process lives.</summary>
internal sealed class DataDirectoryLock : IDisposable
{
    private readonly FileStream _file;

    private DataDirectoryLock(FileStream file) => _file = file;

    /// <exception cref="IOException">Another server holds it, or it cannot be written.</exception>
    public static DataDirectoryLock Take(string directory)
    {
        try
        {
            return new DataDirectoryLock(new FileStream(
                Path.Combine(directory, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e)
        {
            throw new IOException($"Data:Directory: \"{directory}\" is in use by another server; give each a directory of its own ({e.Message})", e);
        }
    }

    public void Dispose() => _file.Dispose();
}
