namespace NBomber.Contracts;

/// <summary>The end of one invocation or step, with what it brought.</summary>
/// <typeparam name="T">Type of what it brought.</typeparam>
public sealed class Response<T> : IResponse
{
    /// <inheritdoc/>
    public string StatusCode { get; init; } = "";

    /// <inheritdoc/>
    public bool IsError { get; init; }

    /// <inheritdoc/>
    public long SizeBytes { get; init; }

    /// <inheritdoc/>
    public double LatencyMs { get; init; }

    /// <inheritdoc/>
    public string Message { get; init; } = "";

    /// <summary>What it brought; null: nothing.</summary>
    public Payload<T>? Payload { get; init; }
}

/// <summary>What a response brought.</summary>
/// <typeparam name="T">Its type.</typeparam>
/// <param name="Value">The value.</param>
public sealed record Payload<T>(T Value);
