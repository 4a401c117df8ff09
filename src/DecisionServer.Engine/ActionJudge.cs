using DecisionServer.Store;

namespace DecisionServer.Engine;

/// <summary>
/// Judges whether a member may act on an offer, by the same filters that decide what it is shown. Reusable, for one thread at a time.
/// What the member did with the offer before, and caps, are the caller's business: it knows them from the journal.
/// </summary>
public sealed class ActionJudge
{
    private readonly Situation _situation = new();

    /// <summary>The member's state; the caller fills it before it asks.</summary>
    public MemberStateBuffer Member => _situation.Member;

    /// <summary>The first filter the offer fails; <see cref="Reason.Shown"/>: none.</summary>
    /// <param name="state">What serves, under a lease.</param>
    /// <param name="offer">Offer of its catalogue.</param>
    /// <param name="context">Channel, chain and store of the action.</param>
    /// <param name="nowTicks">The instant, UTC ticks.</param>
    /// <param name="anyChannel">The channels of the offer do not matter.</param>
    public Reason Judge(ServingState state, Offer offer, DecisionContext context, long nowTicks, bool anyChannel = false)
    {
        _situation.IgnoresChannel = anyChannel;
        try
        {
            _situation.Begin(state, context, nowTicks);
            return Eligibility.Judge(offer, _situation);
        }
        finally
        {
            _situation.Reset();
        }
    }
}
