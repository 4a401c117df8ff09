namespace DecisionServer.Loader;

/// <summary>What a load may take of its machine.</summary>
internal enum LoadPriority
{
    /// <summary>What others leave.</summary>
    Low,

    /// <summary>As much as others.</summary>
    Normal,
}
