namespace DecisionServer.Store;

/// <summary>Gives memory back to the system.</summary>
internal static class MemoryReturn
{
    /// <summary>
    /// A store's memory is given back once nothing can reach it (<see cref="StoreMemory"/>), which a full collection finds out; an aggressive one returns what the
    /// managed heap has to spare, too.
    /// </summary>
    public static void ToSystem()
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
    }
}
