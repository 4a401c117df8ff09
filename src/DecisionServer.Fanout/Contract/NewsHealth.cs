namespace DecisionServer.Fanout;

/// <summary>Whether news flow.</summary>
/// <param name="Linked">Redis answers.</param>
/// <param name="Since">Since when that is so.</param>
/// <param name="Reason">Why it does not; empty if it does. Holds no password.</param>
/// <param name="DoorbellHeard">The subscription was heard lately; without it news come by polling.</param>
public sealed record NewsHealth(bool Linked, DateTimeOffset Since, string Reason, bool DoorbellHeard);
