namespace DecisionServer.Store;

/// <summary>Whether live state allows an offer or item to be shown, and if not, why.</summary>
/// <remarks>
/// Where several reasons apply, the first applicable scope that forbids decides (everywhere, chain, store), and within one row the order
/// is unavailable, out of stock, expired, not yet valid. An offer whose own rows allow it is out where every item it covers is out: with the items' reason
/// where all have the same one, else as <see cref="Unavailable"/>. So it is out of stock only where all of its items are.
/// </remarks>
public enum AvailabilityVerdict : byte
{
    /// <summary>Nothing forbids it.</summary>
    Available = 0,

    /// <summary>Its live validity has not begun.</summary>
    NotYetValid,

    /// <summary>Its live validity is over.</summary>
    Expired,

    /// <summary>Switched off.</summary>
    Unavailable,

    /// <summary>Its stock is 0.</summary>
    OutOfStock,
}
