namespace DecisionServer.Store.Tests;

/// <summary>Tests that measure the whole process.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
