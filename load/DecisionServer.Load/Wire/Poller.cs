using System.Diagnostics;
using System.Runtime.InteropServices;

namespace DecisionServer.Load.Wire;

/// <summary>Waits until one of a few sockets can be read or written, to a microsecond: ppoll(2).</summary>
internal sealed partial class Poller
{
    private const short In = 0x1;
    private const short Out = 0x4;
    private const int SetTimerSlack = 29;
    private PollFd[] _fds = new PollFd[16];
    private int _count;

    /// <summary>Lets this thread wake when it asked to; the default slack is 50 µs.</summary>
    public static void WakeOnTime() => _ = prctl(SetTimerSlack, 1, 0, 0, 0);

    public void Clear() => _count = 0;

    /// <summary>Adds a socket.</summary>
    /// <returns>Its number until the next <see cref="Clear"/>.</returns>
    public int Add(int handle, bool toSend)
    {
        if (_count == _fds.Length)
            Array.Resize(ref _fds, 2 * _count);
        _fds[_count] = new PollFd { Handle = handle, Events = toSend ? (short)(In | Out) : In };
        return _count++;
    }

    /// <summary>Something can be received (or the connection has ended).</summary>
    public bool Ready(int number) => (_fds[number].Returned & ~Out) != 0;

    /// <summary>Waits at most that long.</summary>
    /// <param name="ticks">Ticks of <see cref="Stopwatch"/>; 0 or less: only looks.</param>
    public unsafe void Wait(long ticks)
    {
        long nanoseconds = ticks <= 0 ? 0 : (long)(ticks * (1_000_000_000.0 / Stopwatch.Frequency));
        var timeout = new TimeSpec { Seconds = (nint)(nanoseconds / 1_000_000_000), Nanoseconds = (nint)(nanoseconds % 1_000_000_000) };
        fixed (PollFd* fds = _fds)
        {
            if (ppoll(fds, (nuint)_count, &timeout, null) >= 0)
                return;
        }

        // Interrupted by a signal: nothing is ready, the caller comes again.
        for (int i = 0; i < _count; i++)
            _fds[i].Returned = 0;
    }

    [LibraryImport("libc")]
    private static unsafe partial int ppoll(PollFd* fds, nuint count, TimeSpec* timeout, void* signals);

    [LibraryImport("libc")]
    private static partial int prctl(int option, nuint second, nuint third, nuint fourth, nuint fifth);

    private struct PollFd
    {
        public int Handle;
        public short Events;
        public short Returned;
    }

    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
