namespace DecisionServer.Loader;

/// <summary>The inputs of sets, open with their heads checked.</summary>
internal sealed class SetInputs(IReadOnlyList<(InputSpec Spec, bool Affinities)> specs, OfferSetRules rules, Stream standardInput) : IAsyncDisposable
{
    private readonly List<OfferSetReader> _readers = [];

    public IReadOnlyList<OfferSetReader> Readers => [.. _readers];

    /// <summary>Opens all inputs, or opens them anew to read them from the beginning.</summary>
    /// <exception cref="InputException">The head of one is wrong.</exception>
    public async ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        await DisposeAsync().ConfigureAwait(false);
        foreach (var (spec, affinities) in specs)
        {
            var source = await InputSource.OpenAsync(spec, standardInput, cancellationToken).ConfigureAwait(false);
            _readers.Add(await OfferSetReader.CreateAsync(source, rules, affinities, cancellationToken).ConfigureAwait(false));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var reader in _readers) await reader.DisposeAsync().ConfigureAwait(false);
        _readers.Clear();
    }
}
