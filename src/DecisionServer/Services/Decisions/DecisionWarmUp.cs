using DecisionServer.Engine;
using DecisionServer.V1;
using Google.Protobuf;

namespace DecisionServer.Services.Decisions;

/// <summary>
/// Makes some decisions for nobody before the first caller comes, who would pay tens of milliseconds for code that has never run.
/// They go the way of a call's request from its bytes to the bytes of the answer, count nowhere and change nothing.
/// </summary>
internal sealed class DecisionWarmUp(DecisionEngine engine)
{
    // Code is compiled once more, for speed, when it has run thirty times.
    private const int Decisions = 40;
    private const string Nobody = "warm-up";

    /// <summary>Does it. Where there is no generation yet, only as far as it goes without.</summary>
    public void Run()
    {
        byte[] question = new NextBestOffersRequest { MemberId = Nobody, DryRun = true, Context = new Context { Channel = Nobody } }.ToByteArray();
        byte[] search = new RankSearchRequest { MemberId = Nobody, Candidates = { new SearchCandidate { ItemId = Nobody, Relevance = 1 } } }.ToByteArray();
        for (var i = 0; i < Decisions; i++)
        {
            Decide(NextBestOffersRequest.Parser.ParseFrom(question));
            Rank(RankSearchRequest.Parser.ParseFrom(search));
        }
    }

    private void Decide(NextBestOffersRequest request)
    {
        var workspace = DecisionWorkspace.Rent();
        NextBestOffersReader.Read(request, workspace.Request);
        if (engine.Decide(workspace.Request, workspace.Result) == DecisionOutcome.Decided)
        {
            workspace.Answer.Id = new DecisionId([], 1);
            AnswerEncoder.ToArray(workspace.Answer);
        }

        workspace.Answer.Release();
    }

    private void Rank(RankSearchRequest request)
    {
        var workspace = DecisionWorkspace.Rent();
        RankSearchReader.Read(request, workspace.Search, workspace.Seen);
        workspace.Search.Deadline = long.MaxValue;
        if (engine.RankSearch(workspace.Search, workspace.SearchResult) != SearchOutcome.NoGeneration)
            RankSearchWriter.Write(workspace.Search, workspace.SearchResult, degraded: false, request.Explain, Nobody).ToByteArray();
        workspace.Answer.Release();
    }
}
