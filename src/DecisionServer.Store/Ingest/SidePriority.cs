using System.Runtime.InteropServices;

namespace DecisionServer.Store;

/// <summary>
/// Lets a thread run only where decisions leave a processor alone. .NET's thread priorities do nothing on Linux, where every thread has a scheduling class
/// of its own: SCHED_IDLE threads give way at once to any other that wakes, and a waking thread prefers their processor to a busy one.
/// </summary>
internal static partial class SidePriority
{
    private const int ScheduleIdle = 5; // SCHED_IDLE

    /// <summary>Lowers the calling thread, for good: going back takes a privilege. Threads that it starts inherit this. Where it is refused, or not Linux, nothing happens.</summary>
    public static void Enter()
    {
        if (OperatingSystem.IsLinux())
        {
            int priority = 0;
            _ = SetScheduler(0, ScheduleIdle, ref priority);
        }
    }

    [LibraryImport("libc", EntryPoint = "sched_setscheduler")]
    private static partial int SetScheduler(int thread, int policy, ref int priority);
}
