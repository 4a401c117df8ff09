using System.Globalization;
using System.Runtime.InteropServices;

namespace DecisionServer.Loader;

/// <summary>
/// Makes this program give way to everything else on its machine, first of all to the server it loads: SCHED_IDLE on Linux, the lowest class of priority elsewhere.
/// Where the machine is idle it is as fast as ever.
/// </summary>
internal static partial class LowPriority
{
    private const int ScheduleIdle = 5; // SCHED_IDLE

    /// <summary>Lowers the whole program. Where that is refused it goes on as it is.</summary>
    public static void Enter()
    {
        if (!OperatingSystem.IsLinux())
        {
            using var process = System.Diagnostics.Process.GetCurrentProcess();
            process.PriorityClass = System.Diagnostics.ProcessPriorityClass.Idle;
            return;
        }

        // Linux schedules threads, not programs: those that are there (of the runtime) are lowered, those that come inherit it.
        foreach (var task in Directory.EnumerateDirectories("/proc/self/task"))
        {
            var priority = 0;
            _ = SetScheduler(int.Parse(Path.GetFileName(task), CultureInfo.InvariantCulture), ScheduleIdle, ref priority);
        }
    }

    [LibraryImport("libc", EntryPoint = "sched_setscheduler")]
    private static partial int SetScheduler(int thread, int policy, ref int priority);
}
