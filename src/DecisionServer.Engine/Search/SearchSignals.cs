using DecisionServer.Store;

namespace DecisionServer.Engine;

/// <summary>What speaks for an item, before it is compared with the other candidates.</summary>
internal struct SearchSignals
{
    /// <summary>Place in the request, from 0.</summary>
    public int Index;

    /// <summary>Lowest relevance so far in the caller's order: never rises from one item to the next.</summary>
    public float Relevance;

    public float Item;

    public float Category;

    public float Brand;

    /// <summary>Best personal offer that covers it. Null: none.</summary>
    public Offer? Offer;

    /// <summary>The member has activated <see cref="Offer"/>.</summary>
    public bool IsActivated;

    public bool IsUnavailable;

    /// <summary>The signals compared with the other candidates and weighted.</summary>
    public SearchParts Parts;

    /// <summary>The sum of the parts.</summary>
    public float Score;
}
