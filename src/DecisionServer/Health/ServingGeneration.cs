using DecisionServer.Store;

namespace DecisionServer.Health;

/// <summary>The generation that decisions are made from.</summary>
internal sealed class ServingGeneration(Serving serving) : ICurrentGeneration
{
    public string? Id => serving.Current?.Generation.Id;
}
