using System.Runtime.InteropServices;

namespace DecisionServer.Load.Running;

/// <summary>
/// Puts a thread that makes calls when they are due before all others of the machine (Linux: SCHED_FIFO). Driver and server share the processors here, callers
/// of a real server have their own: a driver that waits for a processor behind the threads of the server that it keeps busy measures the scheduler,
/// whose turns are milliseconds long, and under overload gives up calls that it had no time to send.
/// </summary>
internal static partial class DriverThread
{
    // What the thread starts is not to come first.
    private const int Fifo = 1 | ResetOnFork;
    private const int ResetOnFork = 0x40000000;
    private static int _first;

    [ThreadStatic]
    private static bool _asked;

    /// <summary>Whether the threads that asked for it come first; null: none asked.</summary>
    public static bool? ComesFirst => _first == 0 ? null : _first > 0;

    /// <summary>The calling thread comes first until it ends, where the system allows it (root, or a limit of real-time priority beyond 0). It must sleep between its ticks.</summary>
    public static void First()
    {
        if (_asked)
            return;
        _asked = true;
        int lowest = 1;
        _first = OperatingSystem.IsLinux() && SetScheduler(0, Fifo, ref lowest) == 0 ? 1 : -1;
    }

    [LibraryImport("libc", EntryPoint = "sched_setscheduler")]
    private static partial int SetScheduler(int thread, int policy, ref int priority);
}
