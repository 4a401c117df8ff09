namespace DecisionServer.Fleet.Segments;

/// <summary>A generation could not be fetched from any node. What has come stays, and the next attempt goes on behind it.</summary>
/// <param name="message">What each node said, and which file was at fault where one was.</param>
public sealed class PullException(string message) : Exception(message);
