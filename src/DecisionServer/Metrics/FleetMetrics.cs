using System.Diagnostics.Metrics;
using DecisionServer.Fanout;
using DecisionServer.Fleet;
using DecisionServer.Journal;

namespace DecisionServer.Metrics;

/// <summary>How far a node follows its fleet. Read when asked for.</summary>
internal sealed class FleetMetrics
{
    public FleetMetrics(IMeterFactory meters, ISharedJournal journal, FleetHealth health, NodeDirectory nodes, TruthClock truth, INewsFeed? news = null)
    {
        Meter meter = meters.Create(DecisionMetrics.MeterName);
        meter.CreateObservableGauge("decisionserver.fleet.applied", () => journal.Applied, "{change}", "Number of the last change that serving follows.");
        meter.CreateObservableGauge("decisionserver.fleet.known", () => Math.Max(journal.Known, journal.Applied), "{change}", "Number of the last change known of.");
        meter.CreateObservableGauge("decisionserver.fleet.age", () => health.Age.TotalSeconds, "s", "Time since this node was last sure to follow truth to its end.");
        meter.CreateObservableGauge("decisionserver.fleet.truth.heard", () => health.Silence.Length == 0 ? 1 : 0, null, "1 while truth answers, 0 while decisions go on without it.");
        meter.CreateObservableGauge("decisionserver.fleet.skew", () => truth.Skew == TimeSpan.MaxValue ? 0 : truth.Skew.TotalSeconds, "s", "By how much instants of truth's clock may be off here.");
        meter.CreateObservableCounter("decisionserver.fleet.resyncs", () => health.Resyncs, "{resync}", "Times that changes were read from truth because news had not brought them.");
        meter.CreateObservableCounter("decisionserver.fleet.replays", () => health.Replays, "{replay}", "Times that everything was read from truth.");
        meter.CreateObservableGauge("decisionserver.fleet.nodes", () => nodes.Members.Count(member => member.IsLive), "{node}", "Nodes heard of lately, this one included.");
        if (news is null) return;
        meter.CreateObservableGauge("decisionserver.news.linked", () => news.Health.Linked ? 1 : 0, null, "1 while Redis answers.");
        meter.CreateObservableCounter("decisionserver.news.announced", () => news.Statistics.Announced, "{change}", "Changes that this node added to the stream.");
        meter.CreateObservableCounter("decisionserver.news.read", () => news.Statistics.Read, "{change}", "Changes read from the stream.");
        meter.CreateObservableCounter("decisionserver.news.gaps", () => news.Statistics.Gaps, "{gap}", "Times that the stream could not tell what comes next.");
    }
}
