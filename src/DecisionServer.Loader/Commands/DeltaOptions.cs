namespace DecisionServer.Loader;

/// <summary>A delta load as ordered on the command line. At least one input is given.</summary>
internal sealed record DeltaOptions(InputSpec? Offers, InputSpec? OfferSets, InputSpec? Affinities, int MaxErrors, TimeSpan Patience)
{
    public IReadOnlyList<(InputSpec Spec, bool Affinities)> SetInputs
    {
        get
        {
            var inputs = new List<(InputSpec Spec, bool Affinities)>();
            if (OfferSets is { } offerSets) inputs.Add((offerSets, false));
            if (Affinities is { } affinities) inputs.Add((affinities, true));
            return inputs;
        }
    }
}
