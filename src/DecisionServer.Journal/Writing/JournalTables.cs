namespace DecisionServer.Journal;

/// <summary>The tables over one connection.</summary>
internal sealed class JournalTables
{
    public JournalTables(Database database)
    {
        var writer = new RowWriter();

        // Rows are read one after the other, but one kind may be looked up while another is being listed.
        RowReader Reader() => new(database.Path);
        Meta = new MetaTable(database, writer, Reader());
        Actions = new ActionTable(database, writer, Reader());
        Members = new MemberTable(database, writer, Reader());
        Totals = new TotalTable(database, writer, Reader());
        Answers = new AnswerTable(database, writer, Reader());
        Availability = new AvailabilityTable(database, writer, Reader());
        Placements = new DocumentTable(database, Table.Placements, writer, Reader());
        Ladder = new DocumentTable(database, Table.Ladder, writer, Reader());
        CapRules = new DocumentTable(database, Table.CapRules, writer, Reader());
        Facts = new FactTable(database, writer, Reader());
        Audit = new AuditTable(database, writer, Reader());
    }

    public MetaTable Meta { get; }

    public ActionTable Actions { get; }

    public MemberTable Members { get; }

    public TotalTable Totals { get; }

    public AnswerTable Answers { get; }

    public AvailabilityTable Availability { get; }

    public DocumentTable Placements { get; }

    public DocumentTable Ladder { get; }

    public DocumentTable CapRules { get; }

    public FactTable Facts { get; }

    public AuditTable Audit { get; }
}
