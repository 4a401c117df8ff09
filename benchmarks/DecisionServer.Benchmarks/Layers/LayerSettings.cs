namespace DecisionServer.Benchmarks;

/// <summary>What all benchmarks of a run share.</summary>
internal static class LayerSettings
{
    /// <summary>Members of the generation: <c>--members</c>.</summary>
    public static int Members { get; set; } = 100_000;
}
