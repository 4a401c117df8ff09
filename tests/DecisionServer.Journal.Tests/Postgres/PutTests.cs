using DecisionServer.Journal.Tests.Support;
using DecisionServer.Store;

namespace DecisionServer.Journal.Tests.Postgres;

/// <summary>What is put into generations over truth: one order for all nodes, and read again by each.</summary>
public sealed class PutTests
{
    [Fact]
    public async Task Put_OnAllNodes_IsReadInOneOrderByAllAndToldOf()
    {
        await using var fleet = await Fleet.Open(3);

        await Task.WhenAll(Enumerable.Range(0, 60).Select(i => Put(fleet[i % 3], i % 2 == 0 ? "week-1" : "week-2", [(byte)i])));

        var lines = await fleet.Converge();
        foreach (var generation in (string[])["week-1", "week-2"])
        {
            var read = await Task.WhenAll(fleet.Nodes.Select(node => ReadAll(node, generation)));
            Assert.Equal(Enumerable.Range(0, 60).Where(i => i % 2 == (generation == "week-1" ? 0 : 1)), read[0].Select(put => (int)put.Content.Span[0]).Order());
            Assert.All(read, puts => Assert.Equal(read[0].Select(put => (put.Place, put.Content.Span[0])), puts.Select(put => (put.Place, put.Content.Span[0]))));
            Assert.All(read[0].Zip(read[0].Skip(1)), pair => Assert.True(pair.Second.Place.IsAfter(pair.First.Place)));
            Assert.Contains($"put {generation} = {read[0][^1].Place.Sequence}", lines);
        }
    }

    [Fact]
    public async Task Put_AmongErasures_SaysHowManyWereBefore()
    {
        await using var fleet = await Fleet.Open(1);
        await fleet[0].Erase("a");

        await fleet[0].Do((transaction, _) =>
        {
            Put(transaction, [1]);
            transaction.EraseMember("b");
            Put(transaction, [2]);
            Put(transaction, [3]);
            transaction.EraseMember("c");
            transaction.EraseMember("d");
            return true;
        });
        await Put(fleet[0], "week-1", [4]);

        Assert.Equal([(1, 1L), (2, 2L), (3, 2L), (4, 4L)], (await ReadAll(fleet[0], "week-1")).Select(put => ((int)put.Content.Span[0], put.Erasures)));
    }

    [Fact]
    public async Task ReadPuts_MoreThanIsReadAtOnce_ComesInPiecesUpToThePlaceAsked()
    {
        await using var fleet = await Fleet.Open(2);
        for (var i = 0; i < 5; i++) await Put(fleet[0], "week-1", new byte[3 << 19]);
        var upTo = fleet[0].Journal.Applied;
        await Put(fleet[0], "week-1", [1]);

        var pieces = new List<int>();
        var place = default(PutPlace);
        while (await fleet[1].Journal.ReadPuts("week-1", place, upTo, CancellationToken.None) is { Count: > 0 } puts)
        {
            pieces.Add(puts.Count);
            place = puts[^1].Place;
        }

        Assert.Equal([3, 2], pieces);
        Assert.Equal(upTo, place.Sequence);
    }

    [Fact]
    public async Task ForgetPuts_OfOneGeneration_NothingIsLeftOfIt()
    {
        await using var fleet = await Fleet.Open(2);
        await Put(fleet[0], "week-1", [1]);
        await Put(fleet[1], "week-2", [2]);

        await fleet[1].Do((transaction, _) =>
        {
            Put(transaction, [3]);
            ((ISharedTransaction)transaction).ForgetPuts("week-1");
            return true;
        });

        Assert.Empty(await ReadAll(fleet[0], "week-1"));
        Assert.Equal([2], (await ReadAll(fleet[0], "week-2")).Select(put => (int)put.Content.Span[0]));
    }

    [Fact]
    public async Task Put_CommandThrowsAfterwards_IsUndone()
    {
        await using var fleet = await Fleet.Open(1);

        var others = Task.WhenAll(Enumerable.Range(0, 20).Select(i => Put(fleet[0], "week-1", [(byte)i])));
        await Assert.ThrowsAsync<InvalidOperationException>(() => fleet[0].Do<bool>((transaction, _) =>
        {
            Put(transaction, [99]);
            throw new InvalidOperationException("refused");
        }));
        await others;

        Assert.Equal(Enumerable.Range(0, 20), (await ReadAll(fleet[0], "week-1")).Select(put => (int)put.Content.Span[0]).Order());
    }

    private static Task<bool> Put(Node node, string generation, byte[] content) => node.Do((transaction, _) =>
    {
        ((ISharedTransaction)transaction).Put(generation, PutKind.Sets, 0, content);
        return true;
    });

    private static void Put(IJournalTransaction transaction, byte[] content) => ((ISharedTransaction)transaction).Put("week-1", PutKind.Sets, 0, content);

    private static async Task<List<GenerationPut>> ReadAll(Node node, string generation)
    {
        await node.CatchUp();
        var all = new List<GenerationPut>();
        while (await node.Journal.ReadPuts(generation, all.Count == 0 ? default : all[^1].Place, node.Journal.Applied, CancellationToken.None) is { Count: > 0 } puts) all.AddRange(puts);
        return all;
    }
}
