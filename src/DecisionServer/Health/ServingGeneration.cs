namespace DecisionServer.Health;

/// <summary>No generation, ever.</summary>
internal sealed class ServingGeneration : ICurrentGeneration
{
    public string? Id => null;
}
