namespace DecisionServer.Benchmarks;

/// <summary>
/// Members in random order, drawn beforehand and kept in the order in which they are used, so that what a measurement
/// reads at random is the store alone.
/// </summary>
internal sealed class RandomMembers
{
    private const int Draws = 1 << 18;
    private readonly string[] _ids = new string[Draws];
    private int _next;

    public RandomMembers(int members, int seed = 1)
    {
        var random = new Random(seed);
        for (var i = 0; i < Draws; i++) _ids[i] = GeneratedWeek.MemberId(random.Next(members));
    }

    public string Next() => _ids[_next++ & (Draws - 1)];
}
