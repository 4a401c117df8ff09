namespace DecisionServer.Loader;

/// <summary>What is wrong with a part of an offer set. Default: nothing.</summary>
/// <param name="Fault">The fault, naming the value.</param>
/// <param name="Remedy">What to do about it.</param>
internal readonly record struct SetFault(string? Fault, string Remedy)
{
    public bool IsFault => Fault is not null;
}
