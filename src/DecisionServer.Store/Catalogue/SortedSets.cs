namespace DecisionServer.Store;

/// <summary>Sorted arrays used as sets.</summary>
internal static class SortedSets
{
    /// <summary>The values of a sorted array, each once. The same array where there is nothing to drop.</summary>
    public static T[] Distinct<T>(T[] sorted) where T : IEquatable<T>
    {
        var count = 0;
        for (var i = 0; i < sorted.Length; i++)
        {
            if (i == 0 || !sorted[i].Equals(sorted[i - 1])) sorted[count++] = sorted[i];
        }

        return count == sorted.Length ? sorted : sorted[..count];
    }
}
