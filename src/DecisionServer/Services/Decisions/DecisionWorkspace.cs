using DecisionServer.Engine;

namespace DecisionServer.Services.Decisions;

/// <summary>
/// The reusable objects of one decision. One per thread, because a decision is synchronous from the reading of its request to
/// the writing of its answer, but for answers that wait: no lock, no contended pool, and no more of them than threads.
/// </summary>
internal sealed class DecisionWorkspace
{
    // One explained answer can hold tens of thousands of candidates; memory for such a rare one is not kept.
    private const int MaxKept = 2_000;

    [ThreadStatic]
    private static DecisionWorkspace? _ofThread;

    private DecisionWorkspace() => Answer = new DecisionAnswer(this);

    public DecisionRequest Request { get; } = new();

    public DecisionResult Result { get; } = new();

    /// <summary>The answer that the result becomes.</summary>
    public DecisionAnswer Answer { get; }

    public SearchRequest Search { get; } = new();

    public SearchResult SearchResult { get; } = new();

    public HashSet<string> Seen { get; } = new(StringComparer.Ordinal);

    /// <summary>Takes the thread's workspace, empty.</summary>
    public static DecisionWorkspace Rent()
    {
        var workspace = _ofThread ?? new DecisionWorkspace();
        _ofThread = null;
        return workspace;
    }

    /// <summary>Empties the workspace and gives it to the thread, which need not be the one it came from.</summary>
    public static void Return(DecisionWorkspace workspace)
    {
        var candidates = 0;
        for (var i = 0; i < workspace.Result.PlacementCount; i++) candidates += workspace.Result.Placement(i).Candidates.Length;
        workspace.Request.Reset();
        workspace.Result.Reset();
        workspace.Search.Reset();
        workspace.SearchResult.Reset();
        workspace.Seen.Clear();
        if (candidates <= MaxKept) _ofThread = workspace;
    }
}
