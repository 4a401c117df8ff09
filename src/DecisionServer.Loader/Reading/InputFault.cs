namespace DecisionServer.Loader;

/// <summary>Something wrong with one row of an input: where, what, and what to do about it.</summary>
/// <param name="Place">Where it is.</param>
/// <param name="Fault">What is wrong.</param>
/// <param name="Remedy">What to do. Empty where the fault says it already.</param>
internal sealed record InputFault(InputPlace Place, string Fault, string Remedy)
{
    public override string ToString() => Remedy.Length == 0 ? $"{Place}: {Fault}" : $"{Place}: {Fault} ({Remedy})";
}
