using DecisionServer.Journal;

namespace DecisionServer.Fleet.Puts;

/// <summary>Up to which commit something was put into each generation, as far as this node has followed truth. May be used from any thread.</summary>
internal sealed class PutPlaces
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _last = new(StringComparer.Ordinal);

    /// <summary>Raised when there is more. Must not block and must not throw.</summary>
    public event Action? Changed;

    /// <summary>Number of the last commit that has put something into a generation; 0: none has.</summary>
    public long this[string generation]
    {
        get
        {
            lock (_gate) return _last.GetValueOrDefault(generation);
        }
    }

    /// <summary>Something was put.</summary>
    public void Know(PutRecord put)
    {
        lock (_gate)
        {
            if (put.Sequence <= _last.GetValueOrDefault(put.Generation)) return;
            _last[put.Generation] = put.Sequence;
        }

        Changed?.Invoke();
    }
}
