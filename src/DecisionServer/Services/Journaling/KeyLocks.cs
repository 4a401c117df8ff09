namespace DecisionServer.Services.Journaling;

/// <summary>Keeps calls under the same idempotency key apart, where what they do is not one command of the journal.</summary>
internal sealed class KeyLocks
{
    private readonly SemaphoreSlim[] _stripes = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1))];

    /// <summary>Waits for those under the same key (and a few others).</summary>
    public async Task<IDisposable> Enter(string key, CancellationToken cancellation)
    {
        var stripe = _stripes[(uint)key.GetHashCode(StringComparison.Ordinal) % (uint)_stripes.Length];
        await stripe.WaitAsync(cancellation);
        return new Held(stripe);
    }

    private sealed class Held(SemaphoreSlim stripe) : IDisposable
    {
        public void Dispose() => stripe.Release();
    }
}
