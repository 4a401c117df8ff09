namespace DecisionServer.Fanout;

/// <summary>Which stream was seen, and over which link.</summary>
/// <param name="Stream">The stream's own random name; empty: none was seen.</param>
/// <param name="Epoch">The epoch that the reader asked for.</param>
/// <param name="Link">Number of the link.</param>
internal readonly record struct StreamSight(string Stream, string Epoch, long Link);
