namespace DecisionServer.Journal;

/// <summary>Keeps a reserve of the disk free, so that writing stops while the journal can still be carried over and read, not when a write fails.</summary>
internal sealed class FreeSpace(string directory, long reserve)
{
    private const long Least = 1 << 20;
    private const long Most = 64 << 20;
    private readonly DriveInfo _drive = new(Path.GetFullPath(directory));

    /// <summary>Whether there is room beyond the reserve.</summary>
    /// <param name="logBytes">Bytes that may still have to be carried over into the database file.</param>
    /// <param name="fault">What is missing, in words.</param>
    public bool IsEnough(long logBytes, out string fault)
    {
        fault = "";
        var needed = (reserve > 0 ? reserve : Math.Clamp(_drive.TotalSize / 16, Least, Most)) + logBytes;
        var free = _drive.AvailableFreeSpace;
        if (free >= needed) return true;
        fault = $"the disk of {directory} has {free >> 10} KiB free, {needed >> 10} KiB are kept in reserve: free some space";
        return false;
    }
}
