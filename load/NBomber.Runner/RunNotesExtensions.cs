using NBomber.CSharp;

namespace NBomber;

/// <summary>Not part of NBomber.</summary>
public static class RunNotesExtensions
{
    /// <summary>Puts notes into the reports.</summary>
    /// <param name="context">The run.</param>
    /// <param name="notes">The notes; they may grow while the run goes on.</param>
    public static NBomberContext WithNotes(this NBomberContext context, RunNotes notes) => context with { Notes = notes };
}
