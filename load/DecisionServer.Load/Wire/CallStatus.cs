namespace DecisionServer.Load.Wire;

/// <summary>How a call ended: the status codes of gRPC by their numbers, and what can happen before there is one.</summary>
public enum CallStatus
{
    /// <summary>grpc-status 0, with one whole message.</summary>
    Ok = 0,

    /// <summary>grpc-status 1.</summary>
    Cancelled = 1,

    /// <summary>grpc-status 2.</summary>
    Unknown = 2,

    /// <summary>grpc-status 3.</summary>
    InvalidArgument = 3,

    /// <summary>grpc-status 4.</summary>
    DeadlineExceeded = 4,

    /// <summary>grpc-status 5.</summary>
    NotFound = 5,

    /// <summary>grpc-status 6.</summary>
    AlreadyExists = 6,

    /// <summary>grpc-status 7.</summary>
    PermissionDenied = 7,

    /// <summary>grpc-status 8: under overload the server refuses with it.</summary>
    ResourceExhausted = 8,

    /// <summary>grpc-status 9.</summary>
    FailedPrecondition = 9,

    /// <summary>grpc-status 10.</summary>
    Aborted = 10,

    /// <summary>grpc-status 11.</summary>
    OutOfRange = 11,

    /// <summary>grpc-status 12.</summary>
    Unimplemented = 12,

    /// <summary>grpc-status 13.</summary>
    Internal = 13,

    /// <summary>grpc-status 14.</summary>
    Unavailable = 14,

    /// <summary>grpc-status 15.</summary>
    DataLoss = 15,

    /// <summary>grpc-status 16.</summary>
    Unauthenticated = 16,

    /// <summary>The answer ended without a readable grpc-status.</summary>
    NoStatus = 32,

    /// <summary>HTTP status other than 200.</summary>
    HttpError = 33,

    /// <summary>The server reset the stream.</summary>
    Reset = 34,

    /// <summary>The connection ended first.</summary>
    ConnectionLost = 35,

    /// <summary>grpc-status 0, but no whole message, or more bytes than it says.</summary>
    Malformed = 36,

    /// <summary>A checked answer does not say what it must.</summary>
    WrongAnswer = 37,

    /// <summary>No answer before the run gave up waiting.</summary>
    Unanswered = 38,
}
