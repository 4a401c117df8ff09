using DecisionServer.Client;
using DecisionServer.Fleet.Sharding;
using DecisionServer.Store;
using DecisionServer.Tests.Processes;
using DecisionServer.V1;
using Grpc.Core;

namespace DecisionServer.Tests.Fleet.Sharding;

/// <summary>What tests ask of a fleet whose members are divided into shards.</summary>
internal static class ShardedFleet
{
    /// <summary>The owner of each shard, once all nodes say the same and the shards are spread evenly over so many nodes.</summary>
    public static async Task<IReadOnlyList<string>> Settled(FleetCluster fleet, int nodes, int shards)
    {
        IReadOnlyList<string?> owners = [];
        await Eventually.True(
            async () =>
            {
                var seen = await Task.WhenAll(fleet.Nodes.Where(node => node.IsRunning).Select(Owners));
                owners = seen[0];
                var counts = owners.GroupBy(owner => owner).Select(owned => owned.Count()).ToList();
                return owners.Count == shards && owners.All(owner => owner is not null) && counts.Count == nodes && counts.Max() - counts.Min() <= 1
                    && seen.All(each => each.SequenceEqual(owners));
            },
            $"{shards} shards are spread over {nodes} nodes");
        return [.. owners.Select(owner => owner!)];
    }

    /// <summary>The owner of each shard as a node sees it.</summary>
    public static async Task<IReadOnlyList<string?>> Owners(FleetNodeProcess node)
    {
        var fleet = await node.Fleet.GetFleetAsync(new GetFleetRequest());
        var owners = new string?[fleet.ShardCount];
        foreach (var each in fleet.Nodes)
        {
            foreach (var shard in each.Shards) owners[shard] = each.Name;
        }

        return owners;
    }

    /// <summary>The node that owns a member.</summary>
    public static FleetNodeProcess OwnerOf(this FleetCluster fleet, string member, IReadOnlyList<string> owners) =>
        fleet.Nodes.Single(node => node.Name == owners[Shards.Of(MemberKey.From(member), owners.Count)]);

    /// <summary>Asks for a member at every node: its owner answers from its own set, all others name the owner. Returns the owner's answer.</summary>
    public static async Task<NextBestOffersResponse> AskEverywhere(FleetCluster fleet, string member, IReadOnlyList<string> owners)
    {
        var owner = fleet.OwnerOf(member, owners);
        foreach (var node in fleet.Nodes.Where(node => node != owner))
        {
            var refused = await Assert.ThrowsAsync<RpcException>(() => node.Decide(member));
            Assert.Equal(StatusCode.FailedPrecondition, refused.StatusCode);
            Assert.Equal(owner.Server.Grpc, new Uri(refused.Trailers.GetValue("ds-owner")!));
        }

        var answer = await owner.Decide(member);
        Assert.Equal(10, answer.Placements[0].Offers.Count);
        Assert.All(answer.Placements[0].Offers, offer => Assert.Equal(OfferSource.Member, offer.Source));
        return answer;
    }

    /// <summary>A client library for all nodes of a fleet.</summary>
    public static DecisionServerClient Client(FleetCluster fleet)
    {
        var options = new DecisionServerClientOptions { Deadline = TimeSpan.FromSeconds(20) };
        foreach (var node in fleet.Nodes) options.Endpoints.Add(node.Server.Grpc);
        return new DecisionServerClient(options);
    }
}
