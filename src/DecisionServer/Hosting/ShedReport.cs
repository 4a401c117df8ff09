namespace DecisionServer.Hosting;

/// <summary>Tells the log of refused calls, once a second at most: a line for each would add to the load that they were refused for.</summary>
internal sealed class ShedReport(CallGate gate, TimeProvider clock, ILogger<ShedReport> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), clock);
        long reported = 0;
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                long shed = gate.ShedCalls + gate.ShedStreams;
                if (shed > reported)
                    Log.Shedding(logger, shed - reported);
                reported = shed;
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }
}
