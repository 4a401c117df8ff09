namespace DecisionServer.Loader;

/// <summary>What the process answers.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>Refused: by gates, for bad rows, or by the server.</summary>
    public const int Refused = 1;

    /// <summary>The command line makes no sense, or names a file that is not there.</summary>
    public const int Usage = 2;

    /// <summary>The server cannot be reached, or was lost for longer than the retries last.</summary>
    public const int Unreachable = 3;
}
