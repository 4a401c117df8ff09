namespace DecisionServer.Loader;

/// <summary>How to send.</summary>
/// <param name="Parallel">Streams, 1 to 16.</param>
/// <param name="Patience">How long to try again while nothing succeeds.</param>
internal sealed record SendOptions(int Parallel, TimeSpan Patience)
{
    public const int MaxParallel = 16;

    /// <summary>Chunks kept of each stream: enough to fill a connection, about a megabyte.</summary>
    public const int Window = 16;

    /// <summary>A server that acknowledges nothing for so long while chunks are under way has hung.</summary>
    public static readonly TimeSpan AcknowledgementTimeout = TimeSpan.FromSeconds(60);

    public static string StreamId(int lane) => $"lane-{lane}";
}
