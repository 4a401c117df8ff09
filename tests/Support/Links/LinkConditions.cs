namespace DecisionServer.Tests.Support;

/// <summary>What a link does to the bytes that pass it.</summary>
/// <param name="Swallowed">Ways on which bytes vanish while both ends believe the connection to be there.</param>
/// <param name="Delay">Added to every piece.</param>
/// <param name="Jitter">Added on top, up to this, at random.</param>
/// <param name="BytesPerSecond">Each way of each connection; 0: as many as come.</param>
internal sealed record LinkConditions(LinkWay Swallowed, TimeSpan Delay, TimeSpan Jitter, int BytesPerSecond)
{
    public static LinkConditions Healthy { get; } = new(LinkWay.None, TimeSpan.Zero, TimeSpan.Zero, 0);
}
