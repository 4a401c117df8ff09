namespace DecisionServer.Journal;

/// <summary>What a commit requires to be still so, beyond the rows it has read. Null: does not matter.</summary>
internal record struct Expected
{
    public ulong? Epoch { get; set; }

    public long? AvailabilityRows { get; set; }

    public long? Documents { get; set; }

    public long? Facts { get; set; }

    public long? Actions { get; set; }

    public long? Audits { get; set; }
}
