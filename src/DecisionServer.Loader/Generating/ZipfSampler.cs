namespace DecisionServer.Loader;

/// <summary>Draws from 0 to n - 1, where place k is drawn in proportion to 1 / (k + 1)^exponent, by Vose's alias method: two numbers a draw.</summary>
internal sealed class ZipfSampler
{
    private readonly uint[] _keep;
    private readonly int[] _alias;

    public ZipfSampler(int count, double exponent)
    {
        _keep = new uint[count];
        _alias = new int[count];
        var share = new double[count];
        var total = 0.0;
        for (var k = 0; k < count; k++) total += share[k] = 1 / Math.Pow(k + 1, exponent);
        var small = new Stack<int>();
        var large = new Stack<int>();
        for (var k = count - 1; k >= 0; k--)
        {
            share[k] *= count / total;
            (share[k] < 1 ? small : large).Push(k);
        }

        while (small.Count > 0 && large.Count > 0)
        {
            var (under, over) = (small.Pop(), large.Pop());
            _keep[under] = (uint)(share[under] * uint.MaxValue);
            _alias[under] = over;
            share[over] -= 1 - share[under];
            (share[over] < 1 ? small : large).Push(over);
        }

        foreach (var k in small.Concat(large)) (_keep[k], _alias[k]) = (uint.MaxValue, k);
    }

    public int Next(ref Pcg32 random)
    {
        var k = random.Below(_keep.Length);
        return random.Next() <= _keep[k] ? k : _alias[k];
    }
}
