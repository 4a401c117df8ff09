using System.Runtime.CompilerServices;

namespace DecisionServer.Engine;

/// <summary>
/// A list for pooled objects: it keeps its array when cleared, so that it allocates only until it has once been as long as
/// it gets, and it hands out its elements by reference.
/// </summary>
/// <typeparam name="T">What it holds.</typeparam>
public sealed class ReusableList<T>
{
    private T[] _items;

    /// <summary>Creates an empty list with room for <paramref name="capacity"/> elements.</summary>
    public ReusableList(int capacity = 0) => _items = capacity == 0 ? [] : new T[capacity];

    /// <summary>How many elements there are.</summary>
    public int Count { get; private set; }

    /// <summary>An element, by its place from 0 to <see cref="Count"/> - 1.</summary>
    public ref T this[int index] => ref Span[index];

    /// <summary>All elements. Valid until the next <see cref="Add(T)"/>.</summary>
    public Span<T> Span => _items.AsSpan(0, Count);

    /// <summary>Appends an element.</summary>
    public void Add(T item)
    {
        if (Count == _items.Length) Grow(Count + 1);
        _items[Count++] = item;
    }

    /// <summary>Removes all elements and lets go of what they refer to.</summary>
    public void Clear()
    {
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>()) Span.Clear();
        Count = 0;
    }

    private void Grow(int needed) => Array.Resize(ref _items, Math.Max(needed, Math.Max(8, _items.Length * 2)));
}
