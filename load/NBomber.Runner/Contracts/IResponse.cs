namespace NBomber.Contracts;

/// <summary>The end of one invocation or step.</summary>
public interface IResponse
{
    /// <summary>A status code of the scenario's own choice; empty: none.</summary>
    string StatusCode { get; }

    /// <summary>It failed.</summary>
    bool IsError { get; }

    /// <summary>Bytes that were transferred.</summary>
    long SizeBytes { get; }

    /// <summary>Latency that the scenario measured itself, ms; 0: the runner's.</summary>
    double LatencyMs { get; }

    /// <summary>What happened.</summary>
    string Message { get; }
}
