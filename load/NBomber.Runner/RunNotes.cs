using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace NBomber;

/// <summary>
/// What a report says beyond NBomber's own: what the run is for, facts, and events that are marked in its charts. This runner only; under the
/// package the notes are printed by whoever keeps them.
/// </summary>
public sealed class RunNotes
{
    private readonly ConcurrentQueue<(long At, string Text)> _events = new();
    private readonly ConcurrentQueue<(string Name, string Value)> _facts = new();

    /// <summary>What the run shows, in a sentence or two.</summary>
    public string Goal { get; set; } = "";

    /// <summary>When measuring started, in ticks of <see cref="Stopwatch"/>; 0: it has not, or not by this runner.</summary>
    public long StartedAt { get; set; }

    /// <summary>Events so far, with their time in ticks of <see cref="Stopwatch"/>.</summary>
    public IReadOnlyList<(long At, string Text)> Events => [.. _events];

    /// <summary>Facts so far.</summary>
    public IReadOnlyList<(string Name, string Value)> Facts => [.. _facts];

    /// <summary>Something happens now.</summary>
    /// <param name="text">A few words.</param>
    public void Mark(string text) => _events.Enqueue((Stopwatch.GetTimestamp(), text));

    /// <summary>Something to know about the run.</summary>
    /// <param name="name">What.</param>
    /// <param name="value">Its value, with a unit.</param>
    public void Fact(string name, string value) => _facts.Enqueue((name, value));

    /// <summary>Notes a figure that a threshold compares, <c>Noted("what", value) &lt;= bound</c>, and gives it back. Reports show it with the threshold.</summary>
    /// <param name="name">What.</param>
    /// <param name="value">Its value.</param>
    public double Noted(string name, double value)
    {
        Fact(name, value.ToString("0.###", CultureInfo.InvariantCulture));
        return value;
    }
}
