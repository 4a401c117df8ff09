using DecisionServer.Store;

namespace DecisionServer.Store.Tests.Sets;

/// <summary>A store that was built must not differ from one that was filled by inserts, for whoever reads, writes or erases afterwards.</summary>
public sealed class SetBuilderTests
{
    private const int Members = 60_000;
    private const long MaxBytes = 1 << 26;

    // An index for a hundredth of the records has long chains of further buckets, and entries that records share.
    [Theory]
    [InlineData(Members, true)]
    [InlineData(Members / 100, true)]
    [InlineData(Members / 100, false)]
    public void Build_ByFourThreads_ReadsAsInserted(int expected, bool reserve)
    {
        using OfferSetStore store = Build(expected, reserve, threads: 4);

        for (int i = 0; i < Members; i++)
        {
            Assert.Equal(i, Read(store, MemberKey.From($"m{i}")));
        }

        Assert.Null(Read(store, MemberKey.From("nobody")));
        Assert.True(store.HoldsStranger(MemberKey.From("m5") with { Check = 1 }));
        IReadOnlyList<MemberKey> sample = store.Sample(1000);
        Assert.InRange(sample.Count, 500, 1000);
        Assert.All(sample, member => Assert.True(store.Contains(member)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Build_ThenInsertsReplacementsAndErasures_AllAreSeen(bool reserve)
    {
        using OfferSetStore store = Build(Members, reserve, threads: 2);
        long before = store.MemoryBytes;

        for (int i = 0; i < Members; i++)
        {
            MemberKey member = MemberKey.From($"m{i}"), other = MemberKey.From($"new{i}");
            Assert.Equal(InsertOutcome.DuplicateMember, store.Insert(member, Record(member, 1)));
            Assert.Equal(InsertOutcome.Inserted, store.Insert(other, Record(other, 7)));
            if (i % 3 == 0)
            {
                Assert.Equal(InsertOutcome.Inserted, store.Replace(member, Record(member, 9)));
            }
            else if (i % 3 == 1)
            {
                Assert.True(store.Erase(member));
            }
        }

        Assert.True(store.MemoryBytes > before);
        for (int i = 0; i < Members; i++)
        {
            Assert.Equal(i % 3 == 0 ? 9 : i % 3 == 1 ? null : i, Read(store, MemberKey.From($"m{i}")));
            Assert.Equal(7, Read(store, MemberKey.From($"new{i}")));
        }
    }

    [Fact]
    public void Build_MemberTwice_IsRefused()
    {
        using var store = new OfferSetStore(100, MaxBytes);
        SetWriter first = store.BeginBuild().BeginWriter();
        MemberKey member = MemberKey.From("m");

        Assert.True(first.TryWrite(member.Hash, Record(member, 1)));
        Assert.True(first.TryWrite(member.Hash, Record(member, 2)));

        Assert.False(first.TryFlush());
    }

    [Fact]
    public void Build_BeyondTheLimit_IsRefused()
    {
        const long Limit = 4 << 20;
        using var store = new OfferSetStore(100, Limit);
        SetWriter writer = store.BeginBuild().BeginWriter();
        int written = 0;
        while (written < Members)
        {
            MemberKey member = MemberKey.From($"m{written}");
            if (!writer.TryWrite(member.Hash, Record(member, 1)))
            {
                break;
            }

            written++;
        }

        int bytes = 20 + Record(MemberKey.From("m"), 1).Length;
        Assert.InRange(written, 1, (Limit / bytes) + (Limit / bytes / 2));
    }

    [Fact]
    public void Insert_WhatIsThere_StaysAndIsTold()
    {
        using var store = new OfferSetStore(100, MaxBytes);
        SetWriter writer = store.BeginBuild().BeginWriter();
        MemberKey member = MemberKey.From("m"), stranger = member with { Check = member.Check + 1 }, last = MemberKey.From("last");

        Assert.Equal(InsertOutcome.Inserted, writer.Insert(member.Hash, Record(member, 1)));
        Assert.Equal(InsertOutcome.DuplicateMember, writer.Insert(member.Hash, Record(member, 2)));
        Assert.Equal(InsertOutcome.HashCollision, writer.Insert(stranger.Hash, Record(stranger, 60)));
        Assert.Equal(InsertOutcome.Inserted, writer.Insert(last.Hash, Record(last, 3)));
        Assert.Equal(InsertOutcome.DuplicateMember, writer.Insert(last.Hash, Record(last, 63)));
        store.EndBuild();

        Assert.Equal(1, Read(store, member));
        Assert.Null(Read(store, stranger));
        Assert.Equal([member, last], store.Sample(1000));
        Assert.Equal(InsertOutcome.Inserted, store.Insert(MemberKey.From("n"), Record(MemberKey.From("n"), 4)));
        Assert.Equal(3, store.Sample(1000).Count);
    }

    [Theory]
    [InlineData(Members)]
    [InlineData(Members / 100)]
    public void Insert_SameMembersByFourThreads_EachOnce(int expected)
    {
        using var store = new OfferSetStore(expected, MaxBytes);
        SetBuilder builder = store.BeginBuild();
        int[] inserted = new int[Members];
        Thread[] working = [.. Enumerable.Range(0, 4).Select(part => new Thread(() => Insert(builder.BeginWriter(), part)))];
        foreach (Thread thread in working)
        {
            thread.Start();
        }

        foreach (Thread thread in working)
        {
            thread.Join();
        }

        store.EndBuild();

        Assert.All(inserted, times => Assert.Equal(1, times));
        for (int i = 0; i < Members; i++)
        {
            Assert.Equal(i, Read(store, MemberKey.From($"m{i}")));
        }

        void Insert(SetWriter writer, int part)
        {
            for (int i = 0; i < Members; i++)
            {
                int number = (i + (part * Members / 8)) % Members;
                MemberKey member = MemberKey.From($"m{number}");
                writer.Announce(member.Hash);
                if (writer.Insert(member.Hash, Record(member, number)) == InsertOutcome.Inserted)
                {
                    Interlocked.Increment(ref inserted[number]);
                }
            }
        }
    }

    private static OfferSetStore Build(int expected, bool reserve, int threads)
    {
        var store = new OfferSetStore(expected, MaxBytes, reserve);
        SetBuilder builder = store.BeginBuild();
        SetWriter[] writers = [.. Enumerable.Range(0, threads).Select(_ => builder.BeginWriter())];
        Thread[] working = [.. writers.Select((writer, part) => new Thread(() => Write(writer, part, threads)))];
        foreach (Thread thread in working)
        {
            thread.Start();
        }

        foreach (Thread thread in working)
        {
            thread.Join();
        }

        store.EndBuild();
        return store;
    }

    private static void Write(SetWriter writer, int part, int parts)
    {
        bool written = true;
        for (int i = part; i < Members; i += parts)
        {
            MemberKey member = MemberKey.From($"m{i}");
            written &= writer.TryWrite(member.Hash, Record(member, i));
        }

        if (!written || !writer.TryFlush())
        {
            throw new InvalidOperationException("a record was refused");
        }
    }

    // Between 1 and 64 offers, so that records have every length.
    private static byte[] Record(in MemberKey member, int first)
    {
        byte[] record = new byte[RecordCodec.MaxBytes];
        ScoredOffer[] offers = [.. Enumerable.Range(first, 1 + (first % 64)).Select(offer => new ScoredOffer(offer, 0.5f))];
        return record[..RecordCodec.PackOffers(member.Check, offers, record)];
    }

    private static int? Read(OfferSetStore store, in MemberKey member)
    {
        var buffer = new OfferSetBuffer();
        if (!store.TryReadOffers(member, buffer))
        {
            return null;
        }

        Assert.Equal(1 + (buffer.OfferIndexes[0] % 64), buffer.Count);
        return buffer.OfferIndexes[0];
    }
}
