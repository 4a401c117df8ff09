using DecisionServer.Journal;

namespace DecisionServer.Fleet.Sharding;

/// <summary>Puts the next version of the shard map, if it is the next one and no publish has come between. The result: whether it was put.</summary>
internal sealed class ShardCommand(FleetFacts facts, long expectedVersion, long expectedPublish, Func<ShardMap> next) : FactCommand<bool>(facts)
{
    protected override bool Run(IJournalTransaction transaction)
    {
        if ((FleetFacts.ReadShards(transaction)?.Version ?? 0) != expectedVersion || (FleetFacts.ReadCurrent(transaction)?.Number ?? 0) != expectedPublish) return false;
        Put(transaction, FleetFacts.Sharding, FleetFacts.Write(next()));
        return true;
    }
}
