using System.Diagnostics;
using DecisionServer.Load.Measuring;
using DecisionServer.Load.Wire;

namespace DecisionServer.Load.Blast;

/// <summary>What one thread counts.</summary>
internal sealed class BlastTally
{
    private static readonly double NanosecondsPerTick = 1_000_000_000.0 / Stopwatch.Frequency;
    private readonly long[] _byStatus = new long[64];
    private readonly string?[] _details = new string?[64];

    public LatencyHistogram Ok { get; } = new();

    public long Bytes { get; private set; }

    public int Reconnects { get; set; }

    public long Calls => _byStatus.Sum();

    public long Failed => Calls - _byStatus[(int)CallStatus.Ok];

    public void Count(CallStatus status, in WireAnswer answer, string? detail)
    {
        _byStatus[(int)status]++;
        if (status != CallStatus.Ok)
        {
            _details[(int)status] ??= detail;
            return;
        }

        Bytes += answer.MessageBytes;
        Ok.Record((long)((answer.Received - answer.Intended) * NanosecondsPerTick));
    }

    public void GaveUp()
    {
        _byStatus[(int)CallStatus.DeadlineExceeded]++;
        _details[(int)CallStatus.DeadlineExceeded] ??= "never sent: no stream was free before the deadline";
    }

    public void Missed(long calls)
    {
        _byStatus[(int)CallStatus.Unanswered] += calls;
        if (calls > 0)
            _details[(int)CallStatus.Unanswered] ??= "never sent: the server took no more";
    }

    public void Add(BlastTally other)
    {
        for (int i = 0; i < _byStatus.Length; i++)
        {
            _byStatus[i] += other._byStatus[i];
            _details[i] ??= other._details[i];
        }

        Ok.Add(other.Ok);
        Bytes += other.Bytes;
        Reconnects += other.Reconnects;
    }

    /// <summary>Failures by status, most frequent first.</summary>
    public IEnumerable<(CallStatus Status, long Count, string? Detail)> Failures() =>
        Enumerable.Range(1, _byStatus.Length - 1)
            .Where(status => _byStatus[status] > 0)
            .OrderByDescending(status => _byStatus[status])
            .Select(status => ((CallStatus)status, _byStatus[status], _details[status]));
}
