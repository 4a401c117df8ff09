namespace DecisionServer.Hosting;

/// <summary>
/// Says whether a queue stands, so that what has waited too long in it is to be refused. A queue that is long for a moment, after a pause of the collector or
/// because calls came in a crowd, is what queues are for; one that stays long only makes every answer late.
/// </summary>
/// <remarks>
/// Controlled delay (CoDel, RFC 8289), for calls rather than packets: refused is what waited longer than <paramref name="target"/> while the queue stands. Judged
/// when work leaves the queue, it keeps the wait at the target, whatever the rate that comes: refusals are cheap, so the queue moves on. The queue stands
/// while the wait, on a moving average, is beyond the target, and until it is half of that. CoDel itself wants every single one to have waited
/// that long; but calls come in crowds, and between two of them the queue may be empty on a server that is far behind.
/// </remarks>
/// <param name="target">Wait beyond which work is refused, in any unit of time.</param>
/// <param name="weight">Of one look in the average, 0 to 1.</param>
/// <param name="fewest">With fewer in the queue it is short, however long they waited: then the process had no processor, and refusing helps nobody.</param>
internal sealed class StandingQueue(double target, double weight, long fewest)
{
    private double _average;
    private bool _stands;

    /// <summary>Looks at what just left the queue.</summary>
    /// <param name="waited">How long it waited.</param>
    /// <param name="ahead">How much was in the queue when it came: calls come in convoys, and the last of one leaves a queue that is empty again.</param>
    /// <returns>The queue stands.</returns>
    public bool Stands(double waited, long ahead)
    {
        _average += weight * ((ahead < fewest ? 0 : waited) - _average);
        return _stands = _average > (_stands ? target / 2 : target);
    }
}
