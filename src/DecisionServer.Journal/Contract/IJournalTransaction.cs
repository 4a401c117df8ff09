using DecisionServer.Store;

namespace DecisionServer.Journal;

/// <summary>
/// What a command can read and write. Reads see everything written before, by this command and by those before it. Only to be used inside
/// <see cref="IJournalCommand{TResult}.Execute"/>. Ids and texts are valid (<see cref="IdRules"/>) where callers took them from outside.
/// </summary>
public interface IJournalTransaction
{
    /// <summary>The instant at which this command runs.</summary>
    DateTimeOffset Now { get; }

    /// <summary>The answer given to a method under an idempotency key, if that is not longer ago than answers are kept.</summary>
    bool TryGetAnswer(string method, string key, out StoredAnswer answer);

    /// <summary>Keeps an answer. Neither key nor member are stored as text, so nothing but <paramref name="answer"/> can hold a member's id.</summary>
    /// <param name="method">Name of the method.</param>
    /// <param name="key">Idempotency key, 1 to 64 bytes.</param>
    /// <param name="memberId">The member whose erasure takes the answer with it; empty: none.</param>
    /// <param name="requestHash">Hash of the request, by which another request under the same key is recognized.</param>
    /// <param name="answer">The answer, serialized.</param>
    void PutAnswer(string method, string key, string memberId, UInt128 requestHash, byte[] answer);

    /// <summary>Appends to the action log. It gets a number above all before; numbers may have gaps. <see cref="ActionRecord.Sequence"/> is ignored.</summary>
    void Append(in ActionRecord action);

    /// <summary>Actions of a member, oldest first.</summary>
    /// <param name="memberId">The member.</param>
    /// <param name="after">Only actions with a higher number; 0: from the first.</param>
    /// <param name="limit">At most so many, 1 to 100,000.</param>
    IReadOnlyList<ActionRecord> GetActions(string memberId, long after, int limit);

    /// <summary>A member's state. Null: nothing is known of the member.</summary>
    MemberRecord? GetMember(string memberId);

    /// <summary>Replaces a member's state.</summary>
    void PutMember(MemberRecord member);

    /// <summary>
    /// Forgets a member: state, actions and answers. Also noted outside the database (by the two hashes of <see cref="MemberKey"/> alone), so that a restored
    /// backup forgets the member again. The bytes are gone from all files within <see cref="JournalOptions.ErasurePurge"/>.
    /// </summary>
    /// <returns>Whether anything was known of the member.</returns>
    bool EraseMember(string memberId);

    /// <summary>A total; 0 where it was never set.</summary>
    long GetTotal(string counter);

    /// <summary>A total and the period it is of; 0 and "" where it was never set.</summary>
    long GetTotal(string counter, out string period);

    /// <summary>Sets a total. A counter is 1 to 512 bytes, a period at most 64.</summary>
    void SetTotal(string counter, long value, string period);

    /// <summary>Epoch of the last availability change.</summary>
    ulong AvailabilityEpoch { get; }

    /// <summary>Rows of availability, those included that only head the scopes of a subject (see <see cref="AvailabilityOptions.MaxRows"/>).</summary>
    int AvailabilityRows { get; }

    /// <summary>What is stored for one subject in one scope. Null: nothing.</summary>
    AvailabilityRow? GetAvailability(AvailabilitySubject subject, string subjectId, AvailabilityScopeKind scope, string scopeId);

    /// <summary>Replaces rows, in order, and the epoch.</summary>
    void PutAvailability(IReadOnlyList<AvailabilityRow> rows, ulong epoch);

    /// <summary>All placements that were ever put.</summary>
    IReadOnlyList<PlacementConfig> GetPlacements();

    /// <summary>Adds placements, or replaces those of the same name.</summary>
    void PutPlacements(IReadOnlyList<PlacementConfig> placements);

    /// <summary>Segments that have a ladder list.</summary>
    int SegmentCount { get; }

    /// <summary>Whether a segment has a ladder list.</summary>
    bool HasSegmentOffers(string segment);

    /// <summary>Replaces a segment's ladder list; an empty one removes it.</summary>
    void PutSegmentOffers(string segment, IReadOnlyList<ScoredOfferConfig> offers);

    /// <summary>Replaces the ladder list for everybody.</summary>
    void PutGlobalOffers(IReadOnlyList<ScoredOfferConfig> offers);

    /// <summary>All cap rules, by name.</summary>
    IReadOnlyList<NamedDocument> GetCapRules();

    /// <summary>Adds cap rules, or replaces those of the same name; an empty document removes one. What is in them is the caller's affair.</summary>
    void PutCapRules(IReadOnlyList<NamedDocument> rules);

    /// <summary>The facts of a kind, by name. A fact is a small document that all nodes share.</summary>
    IReadOnlyList<NamedDocument> GetFacts(string kind);

    /// <summary>A fact. Null: there is none.</summary>
    NamedDocument? GetFact(string kind, string name);

    /// <summary>Adds a fact, or replaces it; an empty document removes it. What is in it is the caller's affair. A kind is 1 to 64 bytes.</summary>
    void PutFact(string kind, NamedDocument fact);

    /// <summary>Notes an administrative act. No member ids here: they would outlive the member's erasure.</summary>
    /// <param name="act">What was done ("publish").</param>
    /// <param name="subject">To what.</param>
    /// <param name="detail">In words.</param>
    void Audit(string act, string subject, string detail);

    /// <summary>Administrative acts, newest first.</summary>
    /// <param name="before">Only those with a lower number; 0: from the newest.</param>
    /// <param name="limit">At most so many, 1 to 1,000.</param>
    IReadOnlyList<AuditRecord> GetAudit(long before, int limit);
}
