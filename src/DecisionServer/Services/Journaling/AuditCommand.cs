using DecisionServer.Journal;

namespace DecisionServer.Services.Journaling;

/// <summary>Notes an administrative act.</summary>
internal sealed class AuditCommand(string act, string subject, string detail) : IJournalCommand<bool>
{
    public bool Execute(IJournalTransaction transaction)
    {
        transaction.Audit(act, subject, detail);
        return true;
    }

    public void Apply(bool result)
    {
        // Serving knows nothing of audits.
    }
}
