namespace DecisionServer.Loader;

/// <summary>What to generate. The same options give the same bytes.</summary>
/// <param name="Members">Offer sets, 1 or more.</param>
/// <param name="Offers">Offers of the catalogue, 1 to 1,048,576.</param>
/// <param name="SetSize">Offers a set, 1 to 64 and at most <paramref name="Offers"/>.</param>
/// <param name="Affinities">Affinities a member, 0 to 64.</param>
/// <param name="Seed">Beginning of the random sequence.</param>
/// <param name="StartDate">Monday of the week, so to say: offers are valid from up to three weeks before it to up to four after it.</param>
internal sealed record GeneratorOptions(int Members, int Offers, int SetSize, int Affinities, ulong Seed, DateOnly StartDate)
{
    public const int MaxMembers = 100_000_000;
}
