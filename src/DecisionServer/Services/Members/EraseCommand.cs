using DecisionServer.Journal;
using DecisionServer.Store;
using Google.Protobuf.WellKnownTypes;

namespace DecisionServer.Services.Members;

/// <summary>Forgets a member. The answer under the key stays, it says nothing about the member.</summary>
internal sealed class EraseCommand(MemberWriter writer, V1.EraseMemberRequest request)
    : MemberCommand<V1.EraseMemberRequest, V1.EraseMemberResponse>(writer, "EraseMember", request.IdempotencyKey, "", request)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    protected override V1.EraseMemberResponse Run(IJournalTransaction transaction, MemberChanges changes)
    {
        // 1. What decisions would show: durable of its own, before the journal's commit. Should that fail, the member is asked for again.
        var hadSet = EraseSet();

        // 2. What waits to be written must not bring the member back.
        Writer.Members.Impressions.Forget(Request.MemberId);

        // 3. The journal.
        var found = transaction.EraseMember(Request.MemberId);
        return new V1.EraseMemberResponse
        {
            Found = found || hadSet,
            PurgedBy = Timestamp.FromDateTimeOffset(transaction.Now + Writer.Options.ErasurePurge),
        };
    }

    protected override void Follow()
    {
        var member = MemberKey.From(Request.MemberId);
        lock (Writer.Members.Store.LockOf(member)) Writer.Members.Store.Remove(member);
        Writer.Members.Impressions.Forget(Request.MemberId);
    }

    private bool EraseSet()
    {
        if (Writer.Serving.Acquire() is not { } state) return false;
        try
        {
            var member = MemberKey.From(Request.MemberId);
            if (!state.Generation.TryReadOfferSet(member, new OfferSetBuffer()) && !state.Generation.TryReadAffinities(member, new AffinityBuffer())) return false;
            state.Generation.PutOfferSets([new OfferSetConfig(Request.MemberId, [], [])]);
            return true;
        }
        catch (IOException e)
        {
            throw Errors.Unavailable($"the member's offer set could not be erased, nothing was changed: {e.Message}", RetryAfter);
        }
        finally
        {
            state.Generation.Release();
        }
    }
}
