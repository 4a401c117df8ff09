namespace DecisionServer.Load.Wire;

/// <summary>The peer broke HTTP/2, or cannot be reached.</summary>
public sealed class WireException : Exception
{
    /// <summary>With no message.</summary>
    public WireException()
    {
    }

    /// <summary>With a message.</summary>
    public WireException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and its cause.</summary>
    public WireException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
