namespace DecisionServer.Fanout;

/// <summary>Which stream was seen, and where.</summary>
/// <param name="Stream">The stream's own random name; empty: none was seen.</param>
/// <param name="Server">The server's own random name of this run of it.</param>
/// <param name="Epoch">The epoch that the reader asked for.</param>
internal readonly record struct StreamSight(string Stream, string Server, string Epoch)
{
    public static StreamSight None { get; } = new("", "", "");
}
