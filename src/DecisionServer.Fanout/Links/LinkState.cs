using StackExchange.Redis;

namespace DecisionServer.Fanout;

/// <summary>The link at one moment.</summary>
/// <param name="Connection">What calls go over; null: none now.</param>
/// <param name="Number">Counts the links made.</param>
/// <param name="Since">Since when the link is there, or not there.</param>
/// <param name="Reason">Why it is not there; else empty.</param>
internal sealed record LinkState(ConnectionMultiplexer? Connection, long Number, DateTimeOffset Since, string Reason);
