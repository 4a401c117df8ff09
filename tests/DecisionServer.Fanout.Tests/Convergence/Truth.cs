using System.Text;

namespace DecisionServer.Fanout.Tests.Convergence;

/// <summary>What a database is to the fleet: it gives out numbers without holes, keeps what was committed, and can be read by anybody.</summary>
internal sealed class Truth
{
    private readonly Lock _committing = new();
    private readonly List<NewsItem> _items = [];

    public string Epoch { get; private set; } = "epoch-1";

    public long Last
    {
        get
        {
            lock (_committing)
                return _items.Count;
        }
    }

    public NewsItem Commit(string content)
    {
        lock (_committing)
        {
            var item = new NewsItem(_items.Count + 1, Encoding.UTF8.GetBytes(content));
            _items.Add(item);
            return item;
        }
    }

    public IReadOnlyList<NewsItem> Read(long after, long to = long.MaxValue)
    {
        lock (_committing)
            return [.. _items.Skip((int)after).TakeWhile(item => item.Sequence <= to)];
    }

    /// <summary>Another truth with the same content so far, as after a restored backup.</summary>
    public void ChangeEpoch(string epoch)
    {
        lock (_committing)
            Epoch = epoch;
    }
}
