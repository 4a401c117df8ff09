using DecisionServer.Load.Blast;

namespace DecisionServer.Load.Running;

/// <summary>
/// Finds the highest rate of an open loop that the server keeps up with on this machine, load driver included: every call is answered, and p99, from the
/// time a call was due, stays within a bound that a growing queue would break.
/// </summary>
/// <remarks>
/// Not the closed loop's rate: a closed loop sends the next call when an answer comes, so calls come in crowds and cost less each than calls that
/// come when they are due. It only says where to look.
/// </remarks>
/// <param name="probe">Runs a short blast at a rate; 0: a closed loop.</param>
internal sealed class CapacitySearch(Func<double, BlastResult> probe)
{
    /// <summary>The bound of p99, ms.</summary>
    public const double BoundMs = 10;

    private const int MostWarmUps = 8;
    private const int WarmUpsWithoutGain = 3;
    private const int Steps = 5;
    private const double FirstStep = 0.7;
    private const double KeptUp = 0.98;

    // Another program that takes a core for a moment breaks the bound, too: one such moment shall not decide.
    private const int Tries = 2;

    /// <summary>Short closed loops until they get no faster: code compiles, memory is touched. The fastest.</summary>
    public BlastResult ClosedLoop()
    {
        BlastResult best = probe(0);
        for (int probes = 1, better = 0; probes < MostWarmUps && probes - better < WarmUpsWithoutGain; probes++)
        {
            BlastResult result = probe(0);
            if (result.CallsPerSecond > best.CallsPerSecond * 1.05)
                better = probes;
            best = result.CallsPerSecond > best.CallsPerSecond ? result : best;
        }

        return best;
    }

    /// <summary>The search.</summary>
    /// <param name="closedLoop">Calls a second of the closed loop: the highest rate that is tried.</param>
    /// <returns>What was found; null: the server kept up with no rate that was tried.</returns>
    public BlastResult? OpenLoop(double closedLoop)
    {
        (double low, double high) = (0, closedLoop);
        BlastResult? best = null;
        for (int step = 0; step < Steps; step++)
        {
            double rate = step == 0 ? FirstStep * closedLoop : (low + high) / 2;
            if (KeepsUp(rate) is { } result)
                (low, best) = (rate, result);
            else
                high = rate;
        }

        return best;
    }

    private BlastResult? KeepsUp(double rate)
    {
        for (int i = 0; i < Tries; i++)
        {
            BlastResult result = probe(rate);
            if (result.Failed == 0 && result.P99Ms <= BoundMs && result.CallsPerSecond >= KeptUp * rate)
                return result;
        }

        return null;
    }
}
