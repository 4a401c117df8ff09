namespace DecisionServer.Benchmarks.Tests;

public sealed class AllocationTableTests
{
    [Fact]
    public void Read_WhatWasWritten_AllowsWhatWasMeasured()
    {
        Allocation[] measured = [new("decide", 0), new("parse a set, csv", 0.2), new("gRPC call, canned answer", 2_432)];

        var allowed = AllocationTable.Read(AllocationTable.Write(measured));

        Assert.Equal(0, allowed["decide"]);
        Assert.Equal(1, allowed["parse a set, csv"]);
        Assert.Equal(2_560, allowed["gRPC call, canned answer"]);
        Assert.Empty(AllocationTable.Check(allowed, measured));
    }

    [Fact]
    public void Check_MoreThanAllowedOrUnknownOrGone_NamesEach()
    {
        var allowed = AllocationTable.Read(AllocationTable.Write([new("decide", 0), new("gone", 8)]));

        Assert.Equal(
            ["decide: 0.5 bytes, 0 are allowed", "new: is not in the table", "gone: is in the table and was not measured"],
            AllocationTable.Check(allowed, [new("decide", 0.5), new("new", 1)]));
    }
}
