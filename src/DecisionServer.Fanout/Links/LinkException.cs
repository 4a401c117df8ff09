namespace DecisionServer.Fanout;

/// <summary>A link cannot be made, for a reason that its message says in full.</summary>
internal sealed class LinkException(string message) : Exception(message);
