namespace DecisionServer.Store.Tests.Members;

public sealed class MemberStoreTests : IDisposable
{
    private readonly MemberStore _store = new(new MemberStoreOptions { MaxBytes = 16 << 20, ExpectedMembers = 1_000 });
    private readonly MemberStateBuffer _state = new();

    public void Dispose() => _store.Dispose();

    private static MemberStateBuffer State(ulong version, int activated)
    {
        var state = new MemberStateBuffer { Version = version };
        for (var i = 0; i < activated; i++) state.Activated.Add(version * 1_000_000 + (ulong)i);
        return state;
    }

    [Fact]
    public void TryRead_UnknownMember_EmptiesTheBuffer()
    {
        _state.Version = 7;
        _state.Activated.Add(1);

        Assert.False(_store.TryRead(MemberKey.From("nobody"), _state));
        Assert.Equal(0ul, _state.Version);
        Assert.Equal(0, _state.Activated.Count);
    }

    [Fact]
    public void Put_GrowingAndShrinkingState_IsReadAsItWasPut()
    {
        var member = MemberKey.From("m");
        foreach (var size in new[] { 0, 1, 12, 200, 3, 900, 0, 5 })
        {
            _store.Put(member, State(5, size));
            Assert.True(_store.TryRead(member, _state));
            Assert.Equal(State(5, size).Activated.Span, _state.Activated.Span);
        }
    }

    [Fact]
    public void Put_SameSizeAgain_TakesNoMoreMemory()
    {
        var member = MemberKey.From("m");
        _store.Put(member, State(1, 5));
        var bytes = _store.RecordBytes;
        for (var i = 0; i < 10_000; i++) _store.Put(member, State((ulong)i + 2, 5));
        Assert.Equal(bytes, _store.RecordBytes);
    }

    [Fact]
    public void Put_OtherCheckUnderTheSameHash_KeepsBothApart()
    {
        MemberKey first = new(42, 1), second = new(42, 2), third = new(42, 3);
        _store.Put(first, State(1, 1));
        _store.Put(second, State(2, 2));
        Assert.False(_store.TryRead(third, _state));

        Assert.True(_store.TryRead(first, _state));
        Assert.Equal(1ul, _state.Version);
        Assert.True(_store.TryRead(second, _state));
        Assert.Equal(2ul, _state.Version);
    }

    [Fact]
    public void Remove_OneOfTwoUnderTheSameHash_LeavesTheOtherAndFreesThePlace()
    {
        MemberKey first = new(42, 1), second = new(42, 2), third = new(42, 3);
        _store.Put(first, State(1, 1));
        _store.Put(second, State(2, 2));
        _store.Remove(first);
        var bytes = _store.RecordBytes;

        Assert.False(_store.TryRead(first, _state));
        Assert.True(_store.TryRead(second, _state));
        _store.Put(third, State(3, 1));
        Assert.True(_store.TryRead(third, _state));
        Assert.True(_store.TryRead(second, _state));
        Assert.Equal(bytes, _store.RecordBytes);
    }

    [Fact]
    public void Remove_ForgetsCountersToo()
    {
        var member = MemberKey.From("m");
        var counters = new MemberCounters();
        counters.Restore(9, 0, 3, null);
        _store.Put(member, State(1, 1));
        _store.Put(member, counters);
        _store.Remove(member);

        Assert.False(_store.TryRead(member, counters));
        Assert.Equal(0, counters.Count);
    }

    [Fact]
    public void TryRead_WarmedUp_AllocatesNothing()
    {
        var member = MemberKey.From("m");
        var counters = new MemberCounters();
        counters.Restore(9, 0, 3, null);
        counters.Restore(10, 0, 0, [1, 2, 3]);
        _store.Put(member, State(1, 30));
        _store.Put(member, counters);

        // The runtime may swap in better code, and allocate for it, for as long as it takes: one round of a thousand reads without is asked for.
        Assert.Contains(0, Enumerable.Range(0, 100).Select(_ => Allocated()));

        long Allocated()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 1_000; i++) Read();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        void Read()
        {
            _store.TryRead(member, _state);
            _store.TryRead(member, counters);
        }
    }

    [Fact]
    public void HasRoom_StoreNearlyFull_KeepsRoomForThoseWhoAreThere()
    {
        using var small = new MemberStore(new MemberStoreOptions { MaxBytes = 1 << 20, ExpectedMembers = 10 });
        var i = 0;
        while (small.HasRoom) small.Put(MemberKey.From($"m{i++}"), State(1, 5));
        Assert.False(small.IsFull);
        Assert.True(small.TryRead(MemberKey.From("m0"), _state));
        Assert.InRange(i, 5_000, 8_000);
    }

    // The writer changes size, too, so that records move while they are read; a torn read would mix two versions.
    [Fact]
    public async Task TryRead_WhileOneWriterChangesTheRecord_NeverSeesHalfAChange()
    {
        var members = Enumerable.Range(0, 4).Select(i => MemberKey.From($"m{i}")).ToArray();
        foreach (var member in members) _store.Put(member, State(1, 4));
        using var stop = new CancellationTokenSource();
        long torn = 0, reads = 0;
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            var state = new MemberStateBuffer();
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                if (!_store.TryRead(members[i & 3], state)) Interlocked.Increment(ref torn);
                var keys = state.Activated.Span;
                for (var k = 0; k < keys.Length; k++)
                {
                    if (keys[k] != state.Version * 1_000_000 + (ulong)k) Interlocked.Increment(ref torn);
                }

                if (keys.Length != SizeOf(state.Version)) Interlocked.Increment(ref torn);
                Interlocked.Increment(ref reads);
            }
        })).ToArray();
        Assert.True(SpinWait.SpinUntil(() => Interlocked.Read(ref reads) > 0, TimeSpan.FromSeconds(30)), "no reader has begun");
        for (ulong version = 2; version < 150_000; version++) _store.Put(members[version & 3], State(version, SizeOf(version)));
        await stop.CancelAsync();
        await Task.WhenAll(readers);

        Assert.Equal(0, torn);

        static int SizeOf(ulong version) => version == 1 ? 4 : (int)(version % 37);
    }
}
