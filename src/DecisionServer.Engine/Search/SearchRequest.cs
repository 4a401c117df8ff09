namespace DecisionServer.Engine;

/// <summary>An item that a search engine found.</summary>
/// <param name="ItemId">The item, 1 to 64 bytes, once in a request.</param>
/// <param name="Relevance">The engine's relevance: finite, any scale, higher is better.</param>
/// <param name="Category">Category of the item, at most 64 bytes. Empty: that of an offer covering it.</param>
/// <param name="Brand">Brand of the item, at most 64 bytes. Empty: that of an offer covering it.</param>
public readonly record struct SearchItem(string ItemId, float Relevance, string Category, string Brand);

/// <summary>A request to rank search results, checked against the limits of the contract. Reusable; <see cref="Reset"/> empties it.</summary>
public sealed class SearchRequest
{
    /// <summary>The member, 1 to 64 bytes. An unknown one sees the engine's order.</summary>
    public string MemberId { get; set; } = "";

    /// <summary>What was found, best first.</summary>
    public ReusableList<SearchItem> Items { get; } = new();

    /// <summary>The situation.</summary>
    public DecisionContext Context { get; } = new();

    /// <summary>Items wanted. 0: all.</summary>
    public int Count { get; set; }

    /// <summary>
    /// When the answer is due, as a timestamp of the engine's <see cref="TimeProvider"/>. <see cref="long.MaxValue"/>: whenever it is ready.
    /// </summary>
    public long Deadline { get; set; } = long.MaxValue;

    /// <summary>Back to an empty request.</summary>
    public void Reset()
    {
        MemberId = "";
        Items.Clear();
        Context.Reset();
        Count = 0;
        Deadline = long.MaxValue;
    }
}
