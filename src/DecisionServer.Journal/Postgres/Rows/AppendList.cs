using System.Collections;

namespace DecisionServer.Journal;

/// <summary>A list that is appended to and seen as it was at each point: all of them share the items, and going back costs nothing.</summary>
internal readonly struct AppendList<T> : IReadOnlyList<T>
{
    private readonly List<T> _items;

    private AppendList(List<T> items, int count) => (_items, Count) = (items, count);

    public static AppendList<T> Empty => new([], 0);

    public int Count { get; }

    public T this[int index] => index < Count ? _items[index] : throw new ArgumentOutOfRangeException(nameof(index));

    /// <summary>One more. What was appended to this one before, and not gone on with, is dropped.</summary>
    public AppendList<T> Add(T item)
    {
        if (_items.Count > Count) _items.RemoveRange(Count, _items.Count - Count);
        _items.Add(item);
        return new AppendList<T>(_items, Count + 1);
    }

    /// <summary>The items that are left, as a list of its own.</summary>
    public AppendList<T> RemoveAll(Func<T, bool> condition)
    {
        var left = this.Where(item => !condition(item)).ToList();
        return new AppendList<T>(left, left.Count);
    }

    public IEnumerator<T> GetEnumerator()
    {
        for (var i = 0; i < Count; i++) yield return _items[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
