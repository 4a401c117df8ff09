using System.Diagnostics.Metrics;
using DecisionServer.Journal;

namespace DecisionServer.Metrics;

/// <summary>Whether truth can be written, and how it is. Read when asked for, so that commands pay nothing.</summary>
internal sealed class JournalMetrics
{
    public JournalMetrics(IMeterFactory meters, IJournal journal)
    {
        Meter meter = meters.Create(DecisionMetrics.MeterName);
        meter.CreateObservableGauge(
            "decisionserver.journal.writable", () => journal.Health.IsWritable ? 1 : 0, null, "1 while the journal accepts writes, 0 while they are refused.");
        meter.CreateObservableCounter(
            "decisionserver.journal.commits", () => journal.Statistics.Commits, "{commit}", "Commits made durable.");
        meter.CreateObservableCounter(
            "decisionserver.journal.commands", () => journal.Statistics.Commands, "{command}", "Commands acknowledged; over commits, the size of a group.");
        meter.CreateObservableGauge(
            "decisionserver.journal.queued", () => journal.Statistics.Queued, "{command}", "Commands that wait for the writer.");
        meter.CreateObservableGauge(
            "decisionserver.journal.log", () => journal.Statistics.LogBytes, "By", "About how much the log holds that is not carried over into the database.");
    }
}
