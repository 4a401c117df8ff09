using DecisionServer.Store.Tests.Generations;

namespace DecisionServer.Store.Tests.Puts;

/// <summary>What truth says was put into what is current, packed by a node that has followed all of it.</summary>
internal sealed class PutScript(RegistryFixture node)
{
    private readonly List<GenerationPut> _puts = [];

    public void Sets(params (string Member, string Offer)[] sets)
    {
        PackedPut packed = Of(node).Pack([.. sets.Select(set => new OfferSetConfig(set.Member, [new(set.Offer, 1)], []))], 1 << 20, out IReadOnlyList<RejectedSet> rejected);
        Assert.Empty(rejected);
        Add(PutKind.Sets, packed.Catalogue, packed.Parts[0]);
    }

    public void Offers(params string[] ids)
    {
        PackedPut packed = Of(node).Pack([.. ids.Select(id => new OfferConfig { OfferId = id, Title = "changed" })], out _, out _);
        Add(PutKind.Offers, packed.Catalogue + 1, packed.Parts[0]);
    }

    /// <summary>A node takes in what there is.</summary>
    public void Follow(RegistryFixture by)
    {
        by.Registry.FollowErasures();
        by.Inbox.Take(Of(by), by.Truth, _puts);
    }

    private static Generation Of(RegistryFixture node) => node.Serving.Current!.Generation;

    private void Add(PutKind kind, long catalogue, byte[] content)
    {
        _puts.Add(new GenerationPut { Place = new PutPlace(_puts.Count + 1, 1), Kind = kind, Catalogue = catalogue, Erasures = node.Erased.Count, Content = content });
        Follow(node);
    }
}
