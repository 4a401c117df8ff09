namespace DecisionServer.Benchmarks.Tests;

/// <summary>Bytes an operation, measured and held against the checked-in table. Nothing else may run beside it: calls are counted process-wide.</summary>
[Collection(Alone.Name)]
public sealed class AllocationGateTests
{
    [Fact]
    public async Task Operations_Measured_AllocateNoMoreThanTheTableAllows()
    {
        var allowed = AllocationTable.Read(await File.ReadAllTextAsync(AllocationCommand.TablePath));
        var measured = await Measured.All();

        Assert.Empty(AllocationTable.Check(allowed, measured));
        Assert.Equal(0, allowed["decide"]);
        Assert.Equal(0, allowed["store read"]);

        // A decision may allocate little more than a canned answer does, whatever the table says.
        double decided = Bytes("gRPC call, next best offers"), canned = Bytes("gRPC call, canned answer");
        Assert.True(decided <= canned * AllocationTable.MostToCanned, $"{decided:0} bytes a decision, {canned:0} a canned answer");

        double Bytes(string name) => measured.Single(row => row.Name == name).Bytes;
    }
}
