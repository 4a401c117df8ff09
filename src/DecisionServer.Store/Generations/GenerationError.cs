namespace DecisionServer.Store;

/// <summary>Why a call about a generation was refused.</summary>
public enum GenerationError
{
    /// <summary>There is no generation of that id. (NOT_FOUND)</summary>
    NotFound,

    /// <summary>The id is taken. Choose another, drop that one, or take its load up with resume. (ALREADY_EXISTS)</summary>
    AlreadyExists,

    /// <summary>The generation's state does not allow it. (FAILED_PRECONDITION)</summary>
    WrongState,

    /// <summary>A chunk out of order. Send the one that is named. (FAILED_PRECONDITION)</summary>
    OutOfOrder,

    /// <summary>Another loader took the load over. Stop. (ABORTED)</summary>
    TakenOver,

    /// <summary>The message is not what the contract says. (INVALID_ARGUMENT)</summary>
    Malformed,

    /// <summary>Disk or memory is full. The generation has failed; drop it and make room. (RESOURCE_EXHAUSTED)</summary>
    StorageFull,

    /// <summary>A file is missing or not as it was written; the message names it. Nothing of it was taken in: take it from another place. (FAILED_PRECONDITION)</summary>
    Damaged,
}

/// <summary>A refused call about a generation.</summary>
/// <param name="error">Why.</param>
/// <param name="message">What is wrong and what to do.</param>
public sealed class GenerationException(GenerationError error, string message) : Exception(message)
{
    /// <summary>Why.</summary>
    public GenerationError Error { get; } = error;
}
