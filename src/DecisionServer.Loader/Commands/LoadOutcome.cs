using DecisionServer.V1;

namespace DecisionServer.Loader;

/// <summary>How a load ended.</summary>
internal enum LoadEnd
{
    /// <summary>Sealed, gates passed; published if that was wanted.</summary>
    Done,

    /// <summary>More bad rows than allowed: stopped, the generation stays loading.</summary>
    BadRows,

    /// <summary>A gate failed; nothing was published.</summary>
    GatesFailed,
}

/// <summary>What a load did.</summary>
/// <param name="End">How it ended.</param>
/// <param name="Generation">The generation as the server last told; null where loading never began.</param>
/// <param name="PreviousGenerationId">What served before, where published.</param>
internal sealed record LoadOutcome(LoadEnd End, Generation? Generation, string? PreviousGenerationId)
{
    public bool IsPublished => Generation?.State == GenerationState.Current;

    public int ExitCode => End == LoadEnd.Done || IsPublished ? DecisionServer.Loader.ExitCode.Done : DecisionServer.Loader.ExitCode.Refused;
}
