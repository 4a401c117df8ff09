namespace DecisionServer.Tests.Support;

/// <summary>Bytes that a piece of code allocates on its thread.</summary>
public static class Allocations
{
    /// <summary>
    /// The least of several rounds. What the code allocates shows in each of them; what the runtime does once in a while on
    /// any thread (growing its cache of casts, for one) does not.
    /// </summary>
    public static long Of(Action act, int times = 100)
    {
        for (int i = 0; i < 2; i++)
        {
            act();
        }

        long least = long.MaxValue;
        for (int round = 0; round < 5 && least > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < times; i++)
            {
                act();
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
