namespace DecisionServer.Load.Tests;

/// <summary>Runs block the thread that starts them and measure time: together they would starve each other of the pool's few threads.</summary>
[CollectionDefinition(Name)]
public sealed class OneAtATime
{
    public const string Name = "one at a time";
}
