using DecisionServer.Journal;
using DecisionServer.Store;
using Google.Protobuf.WellKnownTypes;

namespace DecisionServer.Services.Members;

/// <summary>
/// Forgets a member. The answer under the key stays, it says nothing about the member. What generations hold follows the journal:
/// <see cref="GenerationRegistry.FollowErasures"/>.
/// </summary>
internal sealed class EraseCommand(MemberWriter writer, V1.EraseMemberRequest request)
    : MemberCommand<V1.EraseMemberRequest, V1.EraseMemberResponse>(writer, "EraseMember", request.IdempotencyKey, "", request)
{
    private long _at;

    protected override V1.EraseMemberResponse Run(IJournalTransaction transaction, MemberChanges changes)
    {
        // 1. What waits to be written must not bring the member back.
        Writer.Members.Impressions.Forget(Request.MemberId);

        // 2. The journal.
        _at = transaction.Now.UtcTicks;
        var found = transaction.EraseMember(Request.MemberId);
        return new V1.EraseMemberResponse
        {
            Found = found || HasSet(),
            PurgedBy = Timestamp.FromDateTimeOffset(transaction.Now + Writer.Options.ErasurePurge),
        };
    }

    protected override void Follow()
    {
        var member = MemberKey.From(Request.MemberId);
        Writer.Erasures.Add(new ErasedMember(member, _at));
        lock (Writer.Members.Store.LockOf(member)) Writer.Members.Store.Remove(member);
        Writer.Members.Impressions.Forget(Request.MemberId);
    }

    private bool HasSet()
    {
        if (Writer.Serving.Acquire() is not { } state) return false;
        try
        {
            var member = MemberKey.From(Request.MemberId);
            return state.Generation.TryReadOfferSet(member, new OfferSetBuffer()) || state.Generation.TryReadAffinities(member, new AffinityBuffer());
        }
        finally
        {
            state.Generation.Release();
        }
    }
}
