using System.Runtime.InteropServices;

namespace DecisionServer.Store;

/// <summary>Second names of files, where the file system can.</summary>
internal static partial class HardLink
{
    /// <summary>Gives a file a second name; false: not possible here (another file system, or not Unix).</summary>
    public static bool TryMake(string existing, string name) => !OperatingSystem.IsWindows() && Link(existing, name) == 0;

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string name);
}
