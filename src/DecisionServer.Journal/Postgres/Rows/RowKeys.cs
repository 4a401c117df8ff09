using DecisionServer.Store;

namespace DecisionServer.Journal;

/// <summary>Which row of availability.</summary>
internal readonly record struct AvailabilityKey(AvailabilitySubject Subject, string SubjectId, AvailabilityScopeKind Scope, string ScopeId)
{
    /// <summary>The row that heads a subject's scopes.</summary>
    public AvailabilityKey Head => this with { Scope = AvailabilityScopeKind.Everywhere, ScopeId = "" };

    public static AvailabilityKey Of(AvailabilityRow row) => new(row.Subject, row.SubjectId, row.Scope, row.ScopeId);
}

/// <summary>Which fact.</summary>
internal readonly record struct FactKey(string Kind, string Name);

/// <summary>Which document; kinds as in <see cref="PostgresSchema"/>.</summary>
internal readonly record struct DocumentKey(long Kind, string Name);

/// <summary>An answer as stored.</summary>
internal sealed record AnswerRow(MemberKey? Member, long At, UInt128 Request, byte[] Answer);

/// <summary>A note of an administrative act before it has a number.</summary>
internal readonly record struct AuditNote(DateTimeOffset At, string Act, string Subject, string Detail);

/// <summary>Where truth stands, as far as a batch depends on it.</summary>
internal readonly record struct TruthState(Guid Journal, long Table, long Sequence, long Actions, long Audits, ulong Epoch, long AvailabilityRows, long Documents, long Facts);
