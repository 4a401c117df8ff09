using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace DecisionServer.Store;

/// <summary>
/// Asks the system to fetch a file some way ahead of where it is read. Several threads that read portions of it do not look to the system like somebody who reads
/// from one end to the other, so a disk would otherwise wait for each of them.
/// </summary>
internal partial struct ReadAhead(SafeFileHandle file)
{
    private const int StepBytes = 1 << 20; // the system fetches a megabyte or two a request, no more
    private const long AheadBytes = 64 << 20;
    private const int WillNeed = 3; // POSIX_FADV_WILLNEED

    private long _asked;

    /// <summary>Tells where reading is. Does not wait for the disk.</summary>
    public void Reach(long at, long end)
    {
        while (OperatingSystem.IsLinux() && _asked < Math.Min(end, at + AheadBytes))
        {
            // A hint: where it is refused, reading waits.
            _ = Advise((int)file.DangerousGetHandle(), _asked, StepBytes, WillNeed);
            _asked += StepBytes;
        }
    }

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(int file, long offset, long length, int advice);
}
