namespace DecisionServer.Load.Wire;

/// <summary>What became of a call.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="MessageBytes">Bytes of the answer's message.</param>
/// <param name="Message">The message, or as much of it as was to be kept.</param>
/// <param name="Detail">What the server or the connection said; null: nothing.</param>
public readonly record struct WireReply(CallStatus Status, int MessageBytes, byte[]? Message, string? Detail);
