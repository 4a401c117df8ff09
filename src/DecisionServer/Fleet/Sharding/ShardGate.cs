using DecisionServer.Store;
using Grpc.Core;

namespace DecisionServer.Fleet.Sharding;

/// <summary>Sends calls for members of other nodes' shards there.</summary>
internal sealed class ShardGate(Serving serving, ShardOwnership? ownership = null, NodeDirectory? nodes = null)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(500);

    /// <summary>Lets calls for members of this node pass.</summary>
    /// <exception cref="RpcException">The member is another node's (<see cref="Refusal"/>).</exception>
    public void Require(string memberId)
    {
        if (serving.Shards is { } shards && !shards.Holds(MemberKey.From(memberId)))
        {
            throw Refusal(memberId);
        }
    }

    /// <summary>Why a call for a member is refused: FAILED_PRECONDITION with its owner's address, UNAVAILABLE where that is not known.</summary>
    public RpcException Refusal(string memberId)
    {
        var member = MemberKey.From(memberId);
        var shard = Shards.Of(member, serving.Shards!.Count);
        if (ownership!.OwnerOf(member) is not { } owner)
            return Errors.Unavailable("the shards have just changed hands; try again", RetryAfter);
        return nodes!.Members.FirstOrDefault(node => node.Node.Name == owner) is { } at && Uri.TryCreate(at.Content.Address, UriKind.Absolute, out var address)
            ? Errors.Redirect($"member_id: belongs to shard {shard}, which node \"{owner}\" owns; ask {address.GetLeftPart(UriPartial.Authority)} (trailer {Errors.Owner})", address)
            : Errors.Unavailable($"member_id: belongs to shard {shard}, whose node \"{owner}\" is away", RetryAfter);
    }
}
