using System.Diagnostics.Metrics;
using DecisionServer.Hosting;

namespace DecisionServer.Metrics;

/// <summary>What the host itself knows: calls in flight and calls shed. Read when asked for, so that calls pay nothing.</summary>
internal sealed class HostMetrics
{
    private static readonly KeyValuePair<string, object?> Unary = new("kind", "unary");
    private static readonly KeyValuePair<string, object?> Streaming = new("kind", "streaming");

    public HostMetrics(IMeterFactory meters, CallGate gate, ServerLifecycle lifecycle)
    {
        Meter meter = meters.Create(DecisionMetrics.MeterName);
        meter.CreateObservableGauge<long>(
            "decisionserver.calls.in_flight",
            () => [new(gate.Calls, Unary), new(gate.Streams, Streaming)],
            "{call}",
            "Calls in flight, health and reflection left out.");
        meter.CreateObservableCounter<long>(
            "decisionserver.calls.shed",
            () => [new(gate.ShedCalls, Unary), new(gate.ShedStreams, Streaming)],
            "{call}",
            "Calls refused with RESOURCE_EXHAUSTED before their message was read.");
        meter.CreateObservableGauge(
            "decisionserver.draining", () => lifecycle.Phase == ServerPhase.Draining ? 1 : 0, null, "1 while the server drains before it stops.");
    }
}
