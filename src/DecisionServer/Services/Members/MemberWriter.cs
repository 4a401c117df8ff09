using DecisionServer.Engine;
using DecisionServer.Options;
using DecisionServer.Store;

namespace DecisionServer.Services.Members;

/// <summary>What all commands about members share: serving, settings, and working memory that only the journal's thread touches.</summary>
internal sealed class MemberWriter(Serving serving, ErasureLog erasures, MemberOptions options, MemberFollower? follower = null)
{
    public Serving Serving => serving;

    public MemberServing Members { get; } = serving.Members ?? throw new InvalidOperationException("Serving keeps no member state.");

    public ErasureLog Erasures => erasures;

    /// <summary>Where other nodes write, too: makes serving follow truth. Null: this server is alone.</summary>
    public MemberFollower? Follower => follower;

    public MemberOptions Options => options;

    public ActionJudge Judge { get; } = new();

    public DecisionContext Context { get; } = new();

    public CapTargets Targets { get; } = new();

    public MemberCounters Counters { get; } = new();

    public MemberStateBuffer State { get; } = new();
}
