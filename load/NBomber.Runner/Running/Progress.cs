using System.Diagnostics;
using System.Globalization;

namespace NBomber.Running;

/// <summary>One line a second and scenario while a run goes on.</summary>
internal sealed class Progress : IDisposable
{
    private readonly TextWriter _console;
    private readonly bool _isTerminal;
    private readonly IReadOnlyList<ScenarioRun> _scenarios;
    private readonly RunNotes _notes;
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly ManualResetEventSlim _stopped = new();
    private readonly Thread _thread;
    private int _told;

    public Progress(TextWriter console, bool isTerminal, IReadOnlyList<ScenarioRun> scenarios, RunNotes notes)
    {
        (_console, _isTerminal, _scenarios, _notes) = (console, isTerminal, scenarios, notes);
        _told = notes.Events.Count;
        _thread = new Thread(Tell) { Name = "progress", IsBackground = true };
        _thread.Start();
    }

    public void Dispose()
    {
        _stopped.Set();
        _thread.Join();
        _stopped.Dispose();
    }

    private void Tell()
    {
        for (int second = 0; ; second++)
        {
            TimeSpan until = TimeSpan.FromSeconds(second + 1) - Stopwatch.GetElapsedTime(_start);
            if (_stopped.Wait(until > TimeSpan.Zero ? until : TimeSpan.Zero))
                return;
            foreach ((_, string text) in _notes.Events.Skip(_told))
                _console.WriteLine($"[{second + 1,4} s] * {text}");
            _told = _notes.Events.Count;
            foreach (ScenarioRun run in _scenarios)
                Line(run, second);
        }
    }

    private void Line(ScenarioRun run, int second)
    {
        (int answered, int failed, double p50, double p99, double max) = run.Recorder.Second(second);
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"[{second + 1,4} s] {run.Scenario.ScenarioName,-18} ok {answered,9:N0}/s  failed {failed,7:N0}  p50 {p50,8:0.00}  p99 {p99,8:0.00}  max {max,8:0.00} ms");
        _console.WriteLine(_isTerminal && failed > 0 ? $"\e[31m{line}\e[0m" : line);
    }
}
