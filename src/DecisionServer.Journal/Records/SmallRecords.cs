namespace DecisionServer.Journal;

/// <summary>An answer kept under an idempotency key.</summary>
/// <param name="RequestHash">Hash of the request it answered.</param>
/// <param name="Answer">The answer, serialized.</param>
public readonly record struct StoredAnswer(UInt128 RequestHash, byte[] Answer);

/// <summary>A total.</summary>
/// <param name="Counter">What is counted; the caller's key.</param>
/// <param name="Value">The count.</param>
/// <param name="Period">The period it is of; empty: no period.</param>
public sealed record TotalRecord(string Counter, long Value, string Period);

/// <summary>A document whose content the journal neither knows nor checks.</summary>
/// <param name="Name">Its name, 1 to 64 bytes.</param>
/// <param name="Content">The content; empty: remove it.</param>
public sealed record NamedDocument(string Name, string Content);

/// <summary>A small document that all nodes share.</summary>
/// <param name="Kind">What kind of fact it is, 1 to 64 bytes.</param>
/// <param name="Name">Its name within the kind, 1 to 64 bytes.</param>
/// <param name="Content">The content, never empty.</param>
public sealed record FactRecord(string Kind, string Name, string Content);

/// <summary>An administrative act.</summary>
/// <param name="Sequence">Number, 1 or more, growing.</param>
/// <param name="At">When.</param>
/// <param name="Act">What was done.</param>
/// <param name="Subject">To what.</param>
/// <param name="Detail">In words.</param>
public sealed record AuditRecord(long Sequence, DateTimeOffset At, string Act, string Subject, string Detail);
