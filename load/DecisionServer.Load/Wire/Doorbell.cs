using System.Runtime.InteropServices;

namespace DecisionServer.Load.Wire;

/// <summary>Wakes a thread that polls: eventfd(2).</summary>
internal sealed partial class Doorbell : IDisposable
{
    private const int NonBlocking = 0x800;
    private int _sleeping;

    public int Handle { get; } = eventfd(0, NonBlocking);

    /// <summary>The thread is about to poll; it must look for work once more after this.</summary>
    public void Sleep() => Interlocked.Exchange(ref _sleeping, 1);

    /// <summary>The thread is awake.</summary>
    public unsafe void Awake(bool rang)
    {
        Interlocked.Exchange(ref _sleeping, 0);
        ulong count;
        if (rang)
            _ = read(Handle, &count, sizeof(ulong));
    }

    /// <summary>There is work. Costs a call of the system only where the thread sleeps.</summary>
    public unsafe void Ring()
    {
        if (Volatile.Read(ref _sleeping) == 0 || Interlocked.Exchange(ref _sleeping, 0) == 0)
            return;
        ulong one = 1;
        _ = write(Handle, &one, sizeof(ulong));
    }

    public void Dispose() => _ = close(Handle);

    [LibraryImport("libc")]
    private static partial int eventfd(uint count, int flags);

    [LibraryImport("libc")]
    private static unsafe partial nint read(int handle, void* into, nuint length);

    [LibraryImport("libc")]
    private static unsafe partial nint write(int handle, void* from, nuint length);

    [LibraryImport("libc")]
    private static partial int close(int handle);
}
