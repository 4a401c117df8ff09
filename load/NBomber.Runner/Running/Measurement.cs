using DecisionServer.Load.Measuring;
using NBomber.Contracts;
using NBomber.Contracts.Stats;

namespace NBomber.Running;

/// <summary>Successes or failures of a scenario or step. Guarded by its owner.</summary>
internal sealed class Measurement
{
    private readonly List<Code> _codes = [];

    public LatencyHistogram Latency { get; } = new();

    public long Bytes { get; private set; }

    public void Record(long nanoseconds, IResponse response)
    {
        Latency.Record(nanoseconds);
        Bytes += response.SizeBytes;
        if (response.StatusCode.Length == 0 && response.Message.Length == 0)
            return;
        CodeOf(response).Count++;
    }

    public MeasurementStats Stats(long all, TimeSpan duration, bool error) => new()
    {
        Request = new RequestStats { Count = (int)Latency.Count, RPS = Latency.Count / Math.Max(1e-9, duration.TotalSeconds), Percent = Percent(Latency.Count, all) },
        Latency = new LatencyStats
        {
            MinMs = Latency.Min / 1e6,
            MeanMs = Latency.Mean / 1e6,
            MaxMs = Latency.Max / 1e6,
            Percent50 = Latency.Percentile(50) / 1e6,
            Percent75 = Latency.Percentile(75) / 1e6,
            Percent95 = Latency.Percentile(95) / 1e6,
            Percent99 = Latency.Percentile(99) / 1e6,
            StdDev = Latency.StandardDeviation / 1e6,
        },
        DataTransfer = new DataTransferStats { AllBytes = Bytes, MeanBytes = Latency.Count == 0 ? 0 : Bytes / Latency.Count },
        StatusCodes =
        [
            .. _codes.OrderByDescending(code => code.Count).Select(code => new StatusCodeStats
            {
                StatusCode = code.Name,
                IsError = error,
                Message = code.FirstMessage,
                Count = code.Count,
                Percent = Percent(code.Count, all),
            }),
        ],
    };

    // A handful: a loop is the fastest look-up.
    private Code CodeOf(IResponse response)
    {
        foreach (Code each in _codes)
        {
            if (each.Name == response.StatusCode)
                return each;
        }

        var code = new Code(response.StatusCode, response.Message);
        _codes.Add(code);
        return code;
    }

    private static int Percent(long part, long all) => all == 0 ? 0 : (int)Math.Round(100.0 * part / all);

    private sealed class Code(string name, string firstMessage)
    {
        public string Name => name;

        public string FirstMessage => firstMessage;

        public int Count { get; set; }
    }
}
