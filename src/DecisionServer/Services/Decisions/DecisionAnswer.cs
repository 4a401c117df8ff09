using DecisionServer.Engine;

namespace DecisionServer.Services.Decisions;

/// <summary>
/// The answer to a request for next best offers on its way out: a decision that is written as a NextBestOffersResponse straight into the
/// connection (<see cref="AnswerEncoder"/>), without a message object in between. It holds a workspace until then; one that
/// is never written, because its call was cut, is left to the collector.
/// </summary>
internal sealed class DecisionAnswer
{
    private readonly DecisionWorkspace _workspace;

    internal DecisionAnswer(DecisionWorkspace workspace)
    {
        _workspace = workspace;
        Completed = Task.FromResult(this);
    }

    /// <summary>The decision.</summary>
    public DecisionResult Result => _workspace.Result;

    /// <summary>Its name.</summary>
    public DecisionId Id { get; set; }

    /// <summary>Leave out the content of offers.</summary>
    public bool OmitsContent { get; set; }

    /// <summary>How old what was decided from may be, in milliseconds; 0: nothing is known to be missing.</summary>
    public uint LagMilliseconds { get; set; }

    /// <summary>A completed task of this answer, the same every time.</summary>
    public Task<DecisionAnswer> Completed { get; }

    /// <summary>Gives the workspace back. Nobody may look at the answer afterwards.</summary>
    public void Release()
    {
        (Id, OmitsContent, LagMilliseconds) = (default, false, 0);
        DecisionWorkspace.Return(_workspace);
    }
}
