namespace DecisionServer.Loader;

/// <summary>
/// An input that cannot be read on: the one exception that readers throw, whatever bytes they are fed. A single bad row is an
/// <see cref="InputFault"/> and no exception.
/// </summary>
internal sealed class InputException : Exception
{
    public InputException(InputPlace place, string fault, string remedy, Exception? inner = null)
        : this(new InputFault(place, fault, remedy), inner)
    {
    }

    public InputException(InputFault fault, Exception? inner = null)
        : base(fault.ToString(), inner) => Fault = fault;

    /// <summary>Where, what and what to do.</summary>
    public InputFault Fault { get; }
}
