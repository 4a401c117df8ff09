namespace DecisionServer.Store.Tests.Availability;

public class ChangeRingTests
{
    [Fact]
    public async Task TryRead_WhileTheWriterComesRound_NeverGivesOutAnotherChange()
    {
        const int Capacity = 256;
        const ulong Changes = 2_000_000;
        var ring = new ChangeRing(Capacity);
        ulong written = 0;
        var writer = Task.Run(() =>
        {
            for (ulong epoch = 1; epoch <= Changes; epoch++)
            {
                ring.Add(new RowData { Epoch = epoch, Stock = (long)epoch });
                Volatile.Write(ref written, epoch);
            }
        });

        // Always asks for nearly the oldest that are at hand, which the writer is about to overwrite while they are copied.
        var into = new RowData[Capacity];
        var wrong = 0;
        for (ulong margin = 0; !writer.IsCompleted; margin = (margin + 1) % (Capacity / 2))
        {
            var newest = Volatile.Read(ref written);
            var after = newest > Capacity ? newest - Capacity + margin : 0;
            if (!ring.TryRead(after, ulong.MaxValue, into, out var count)) continue;
            for (var i = 0; i < count; i++)
            {
                if (into[i].Epoch != after + 1 + (ulong)i || into[i].Stock != (long)into[i].Epoch) wrong++;
            }
        }

        await writer;
        Assert.Equal(0, wrong);
        Assert.False(ring.TryRead(Changes - Capacity - 1, ulong.MaxValue, into, out _));
        Assert.True(ring.TryRead(Changes - Capacity, ulong.MaxValue, into, out var all));
        Assert.Equal(Capacity, all);
    }
}
