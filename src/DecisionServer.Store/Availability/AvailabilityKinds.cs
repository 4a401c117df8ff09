namespace DecisionServer.Store;

/// <summary>What an availability row is about.</summary>
public enum AvailabilitySubject : byte
{
    /// <summary>An offer.</summary>
    Offer = 1,

    /// <summary>An item.</summary>
    Item = 2,
}

/// <summary>Where an availability row applies. The order is that of answers: everywhere first.</summary>
public enum AvailabilityScopeKind : byte
{
    /// <summary>Everywhere. Such a row has no scope id.</summary>
    Everywhere = 0,

    /// <summary>In one chain.</summary>
    Chain = 1,

    /// <summary>In one store.</summary>
    Store = 2,
}
