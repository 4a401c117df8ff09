namespace DecisionServer.Engine;

/// <summary>The situation a decision is made in. Reusable; <see cref="Reset"/> empties it.</summary>
public sealed class DecisionContext
{
    /// <summary>Most segments a request may name.</summary>
    public const int MaxSegments = 20;

    /// <summary>Parts the segments in <see cref="Segments"/>.</summary>
    public const char SegmentSeparator = '|';

    /// <summary>Channel the answer is shown on. Empty: unknown.</summary>
    public string Channel { get; set; } = "";

    /// <summary>Chain the member is shopping in. Empty: unknown.</summary>
    public string ChainId { get; set; } = "";

    /// <summary>Store the member is in or orders from. Empty: unknown.</summary>
    public string StoreId { get; set; } = "";

    /// <summary>
    /// Segments that the caller knows the member to be in, parted by <see cref="SegmentSeparator"/>, in the order in which
    /// their ladder lists are used. The first <see cref="MaxSegments"/> count. Empty: none.
    /// </summary>
    public string Segments { get; set; } = "";

    /// <summary>Items in the basket, 1 to 64 bytes each.</summary>
    public ReusableList<string> BasketItemIds { get; } = new();

    /// <summary>Categories in focus.</summary>
    public ReusableList<string> FocusCategories { get; } = new();

    /// <summary>Back to an unknown situation.</summary>
    public void Reset()
    {
        Channel = ChainId = StoreId = Segments = "";
        BasketItemIds.Clear();
        FocusCategories.Clear();
    }
}
