using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace DecisionServer.Metrics;

/// <summary>Listens to the server's own meter and the runtime's, and keeps what /metrics shows.</summary>
internal sealed class MetricCollector : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<Instrument, InstrumentState> _instruments = new();
    private readonly Lock _collecting = new();

    public MetricCollector(IMeterFactory meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            // The scope tells this server's meter from that of another one in the same process (demo, tests).
            bool own = instrument.Meter.Name == DecisionMetrics.MeterName && ReferenceEquals(instrument.Meter.Scope, meters);
            if (own || instrument.Meter.Name == "System.Runtime")
                listener.EnableMeasurementEvents(instrument, _instruments.GetOrAdd(instrument, static i => new InstrumentState(i)));
        };
        _listener.SetMeasurementEventCallback<long>(static (instrument, value, tags, state) => Take(instrument, value, value, tags, state));
        _listener.SetMeasurementEventCallback<int>(static (instrument, value, tags, state) => Take(instrument, value, value, tags, state));
        _listener.SetMeasurementEventCallback<double>(static (instrument, value, tags, state) => Take(instrument, (long)value, value, tags, state));
        _listener.Start();
    }

    /// <summary>Reads every observable instrument, then shows all of them, by name.</summary>
    public void Collect(Action<InstrumentState> show)
    {
        lock (_collecting)
        {
            foreach (InstrumentState state in _instruments.Values)
            {
                if (state.Instrument.IsObservable)
                    state.Forget();
            }

            _listener.RecordObservableInstruments();
            foreach (InstrumentState state in _instruments.Values.OrderBy(state => state.Instrument.Name, StringComparer.Ordinal))
                show(state);
        }
    }

    public void Dispose() => _listener.Dispose();

    private static void Take(Instrument instrument, long whole, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        Series series = ((InstrumentState)state!).Find(tags);
        if (instrument.IsObservable)
            series.Observe(value);
        else if (instrument is Histogram<double>)
            series.Record(value);
        else
            series.Add(whole);
    }
}
