namespace DecisionServer.Load.Wire;

/// <summary>The end of a call, as its sink sees it. Valid during the sink's call only.</summary>
public readonly ref struct WireAnswer
{
    /// <summary>How it ended.</summary>
    public required CallStatus Status { get; init; }

    /// <summary>When it should have been sent, as the caller said; ticks of <see cref="System.Diagnostics.Stopwatch"/>.</summary>
    public required long Intended { get; init; }

    /// <summary>When its last frame was received, in the same ticks.</summary>
    public required long Received { get; init; }

    /// <summary>The caller's own.</summary>
    public object? Token { get; init; }

    /// <summary>Bytes of the message.</summary>
    public int MessageBytes { get; init; }

    /// <summary>The message, or as much of it as was to be kept; the sink may hold on to it. Null: nothing was.</summary>
    public byte[]? Message { get; init; }

    /// <summary>grpc-message, or why there is no status; null where nothing was said.</summary>
    public string? Detail { get; init; }
}

/// <summary>Takes the ends of calls, on the thread that receives.</summary>
public interface IAnswerSink
{
    /// <summary>A call has ended. Must not block.</summary>
    /// <param name="answer">How.</param>
    void Answered(in WireAnswer answer);
}
