using DecisionServer.Store;
using DecisionServer.Tests.Support;

namespace DecisionServer.Store.Tests.Sets;

public sealed class OfferSetStoreTests
{
    [Fact]
    public void Insert_TwiceTheSameMember_KeepsTheFirst()
    {
        using var store = new OfferSetStore(100, 1 << 24);
        MemberKey member = MemberKey.From("m");

        Assert.Equal(InsertOutcome.Inserted, store.Insert(member, Record(member, 1)));
        Assert.Equal(InsertOutcome.DuplicateMember, store.Insert(member, Record(member, 2)));

        Assert.Equal(1, Read(store, member));
    }

    [Fact]
    public void Insert_HashOfAnother_IsACollisionAndNeverRead()
    {
        using var store = new OfferSetStore(100, 1 << 24);
        MemberKey member = MemberKey.From("m"), stranger = member with { Check = member.Check + 1 };
        store.Insert(member, Record(member, 1));

        Assert.Equal(InsertOutcome.HashCollision, store.Insert(stranger, Record(stranger, 2)));
        Assert.Equal(InsertOutcome.HashCollision, store.Replace(stranger, Record(stranger, 2)));

        Assert.Null(Read(store, stranger));
        Assert.True(store.HoldsStranger(stranger));
        Assert.False(store.HoldsStranger(member));
        Assert.Equal(1, Read(store, member));
    }

    [Fact]
    public void Insert_OffersAndAffinities_AreApart()
    {
        using var store = new OfferSetStore(100, 1 << 24);
        MemberKey member = MemberKey.From("m");
        byte[] record = new byte[RecordCodec.MaxBytes];
        int length = RecordCodec.PackAffinities(member.Check, [new ScoredAffinity(5, 0.5f)], record);

        Assert.Equal(InsertOutcome.Inserted, store.Insert(member, Record(member, 1)));
        Assert.Equal(InsertOutcome.Inserted, store.Insert(member, record.AsSpan(0, length)));

        var affinities = new AffinityBuffer();
        Assert.True(store.TryReadAffinities(member, affinities));
        Assert.Equal(5UL, affinities.Keys[0]);
        Assert.Equal(1, Read(store, member));
    }

    [Fact]
    public void Insert_BeyondTheLimit_IsFull()
    {
        using var store = new OfferSetStore(100, 1 << 20);
        int inserted = 0;
        for (int i = 0; i < 100_000; i++)
        {
            MemberKey member = MemberKey.From($"m{i}");
            if (store.Insert(member, Record(member, 1)) != InsertOutcome.Inserted)
            {
                break;
            }

            inserted++;
        }

        Assert.InRange(inserted, 1000, 99_999);
        Assert.Equal(inserted, Enumerable.Range(0, inserted).Count(i => Read(store, MemberKey.From($"m{i}")) == 1));
    }

    [Fact]
    public void Sample_ManyMembers_AreKnownAndSpread()
    {
        using var store = new OfferSetStore(200_000, 1 << 28);
        for (int i = 0; i < 200_000; i++)
        {
            MemberKey member = MemberKey.From($"m{i}");
            store.Insert(member, Record(member, i % 60000));
        }

        IReadOnlyList<MemberKey> sample = store.Sample(1000);

        Assert.InRange(sample.Count, 500, 1000);
        Assert.Equal(sample.Count, sample.Distinct().Count());
        Assert.All(sample, member => Assert.True(store.Contains(member)));
    }

    // A reader must see the old set or the new one, never a part of each: every offer of a set has the same index.
    [Fact]
    public async Task Replace_WhileReading_IsNeverTorn()
    {
        using var store = new OfferSetStore(100, 1L << 30);
        MemberKey member = MemberKey.From("m");
        store.Insert(member, Wide(member, 0));
        using var done = new CancellationTokenSource();
        long reads = 0;
        Task reader = Task.Run(() =>
        {
            var buffer = new OfferSetBuffer();
            while (!done.IsCancellationRequested || reads < 1000)
            {
                Assert.True(store.TryReadOffers(member, buffer));
                Assert.Equal(35, buffer.Count);
                for (int i = 1; i < buffer.Count; i++)
                {
                    Assert.Equal(buffer.OfferIndexes[0], buffer.OfferIndexes[i]);
                }

                reads++;
            }
        });
        for (int i = 1; i < 300_000; i++)
        {
            store.Replace(member, Wide(member, i % 60_000));
        }

        await done.CancelAsync();
        await reader.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(reads >= 1000);
    }

    [Fact]
    public void TryReadOffers_Warm_AllocatesNothing()
    {
        using var store = new OfferSetStore(1000, 1 << 24);
        MemberKey member = MemberKey.From("m");
        store.Insert(member, Wide(member, 3));
        var buffer = new OfferSetBuffer();

        Assert.Equal(0, Allocations.Of(() => store.TryReadOffers(member, buffer), times: 10_000));
    }

    private static byte[] Record(in MemberKey member, int offer) => Pack(member, [new ScoredOffer(offer, 0.5f)]);

    private static byte[] Wide(in MemberKey member, int offer) => Pack(member, [.. Enumerable.Repeat(new ScoredOffer(offer, 0.5f), 35)]);

    private static byte[] Pack(in MemberKey member, ScoredOffer[] offers)
    {
        byte[] record = new byte[RecordCodec.MaxBytes];
        return record[..RecordCodec.PackOffers(member.Check, offers, record)];
    }

    private static int? Read(OfferSetStore store, in MemberKey member)
    {
        var buffer = new OfferSetBuffer();
        return store.TryReadOffers(member, buffer) ? buffer.OfferIndexes[0] : null;
    }
}
