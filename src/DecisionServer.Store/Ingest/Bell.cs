using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace DecisionServer.Store;

/// <summary>
/// Wakes one thread. On Linux by the kernel alone (eventfd(2)): the runtime's events have a lock in the process, and a waiting thread of low priority may lose its
/// processor while it holds that.
/// </summary>
internal sealed partial class Bell : IDisposable
{
    private const int CloseOnExec = 0x80000; // EFD_CLOEXEC
    private const int Interrupted = 4; // EINTR

    private readonly SafeFileHandle? _counter = OperatingSystem.IsLinux() ? EventFd(0, CloseOnExec) : null;
    private readonly AutoResetEvent? _event;

    public Bell()
    {
        if (_counter is null or { IsInvalid: true })
        {
            _counter?.Dispose();
            _counter = null;
            _event = new AutoResetEvent(false);
        }
    }

    /// <summary>Wakes the thread, now or when it waits next.</summary>
    public void Ring()
    {
        ulong one = 1;
        try
        {
            _event?.Set();
            while (_counter is not null && Write(_counter, in one, sizeof(ulong)) < 0 && Marshal.GetLastPInvokeError() == Interrupted)
            {
            }
        }
        catch (ObjectDisposedException)
        {
            // Nobody waits any more.
        }
    }

    /// <summary>Waits until it was rung since the last time.</summary>
    public void Wait()
    {
        _event?.WaitOne();
        while (_counter is not null && Read(_counter, out _, sizeof(ulong)) < 0 && Marshal.GetLastPInvokeError() == Interrupted)
        {
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _event?.Dispose();
        _counter?.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "eventfd")]
    private static partial SafeFileHandle EventFd(uint value, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(SafeFileHandle file, out ulong value, nint bytes);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(SafeFileHandle file, in ulong value, nint bytes);
}
