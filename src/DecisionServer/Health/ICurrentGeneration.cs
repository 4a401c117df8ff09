namespace DecisionServer.Health;

/// <summary>Tells which generation answers.</summary>
public interface ICurrentGeneration
{
    /// <summary>Its id, or null while there is none.</summary>
    string? Id { get; }
}
