namespace DecisionServer.Tests.Fleet.Convergence;

/// <summary>What a trouble befalls. Two of the same kind are never made at once.</summary>
internal enum TroubleKind
{
    Node,
    Redis,
    Postgres,
    TruthLink,
    NewsLink,
}

/// <summary>Something done to a fleet, and its end.</summary>
/// <param name="Kind">What it befalls.</param>
/// <param name="Name">In words.</param>
/// <param name="Make">Does it; returns when it is done, and where it lasts, has lasted long enough to be noticed.</param>
/// <param name="End">Ends it.</param>
internal sealed record Trouble(TroubleKind Kind, string Name, Func<Task> Make, Func<Task> End);
