namespace DecisionServer.Load.Running;

/// <summary>What <c>run</c> was asked to do.</summary>
internal sealed record RunOptions
{
    public required IReadOnlyList<string> Scenarios { get; init; }

    /// <summary>Members of a generation.</summary>
    public int Members { get; init; } = 200_000;

    /// <summary>Length of a phase.</summary>
    public int Seconds { get; init; } = 10;

    /// <summary>Where reports go.</summary>
    public string Reports { get; init; } = "load/reports";

    /// <summary>Only what must hold on any machine: no threshold on time.</summary>
    public bool NoSpeed { get; init; }

    /// <summary>The server's and the loader's programs.</summary>
    public required string ServerDll { get; init; }

    public required string LoaderDll { get; init; }
}
