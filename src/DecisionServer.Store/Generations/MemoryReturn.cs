namespace DecisionServer.Store;

/// <summary>Gives memory back to the system.</summary>
internal static class MemoryReturn
{
    /// <summary>FASTER's pages are large pinned arrays; only a full aggressive collection returns them (FASTER-TRAPS: 1,458 MB to 50 MB).</summary>
    public static void ToSystem() => GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
}
