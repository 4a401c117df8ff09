using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using DecisionServer.Store;

namespace DecisionServer.Journal;

/// <summary>
/// The transaction of a batch: reads rows through <see cref="BatchRows"/>, keeps all writes until the commit sends them at once, and remembers what it has
/// read, to be verified there.
/// </summary>
internal sealed class PostgresTransaction(BatchRows rows, TimeSpan answersKept, TimeProvider clock) : ISharedTransaction
{
    private readonly Dictionary<DocumentKey, byte[]?> _documents = [];
    private readonly Dictionary<DocumentKey, byte[]?> _documentsOfCommand = [];
    private readonly Dictionary<long, List<(string Name, byte[] Content)>> _documentsRead = [];
    private readonly Dictionary<string, List<NamedDocument>> _factsRead = [];
    private readonly Dictionary<(string, long, int), List<ActionRecord>> _actionsRead = [];
    private readonly Dictionary<(long, int), List<AuditRecord>> _auditRead = [];
    private readonly HashSet<string> _known = [];
    private readonly HashSet<string> _unknown = [];
    private TruthState _start;
    private State _now;
    private State _beforeCommand;
    private Expected _expected;
    private bool _wroteBefore;
    private long? _actionsAt;
    private long? _auditsAt;

    public BatchRows Rows => rows;

    /// <summary>What must still be so at the commit.</summary>
    public Expected Expected => _expected;

    /// <summary>Documents put; null: removed.</summary>
    public IReadOnlyDictionary<DocumentKey, byte[]?> Documents => _documents;

    public IReadOnlyList<ActionRecord> Actions => _now.Actions;

    public IReadOnlyList<AuditNote> Notes => _now.Notes;

    /// <summary>Members erased, in order.</summary>
    public IReadOnlyList<(string MemberId, ErasedMember Member)> Erased => _now.Erased;

    /// <summary>What was put into generations, in order.</summary>
    public IReadOnlyList<PutRow> Puts => _now.Puts;

    /// <summary>Generations whose puts are forgotten, those of this batch included.</summary>
    public IReadOnlyList<string> ForgottenPuts => _now.ForgottenPuts;

    /// <summary>Epoch after the batch. Null: availability was not changed.</summary>
    public ulong? NewEpoch => _now.EpochSet ? _now.Epoch : null;

    /// <summary>Rows of availability that the batch adds.</summary>
    public long AddedRows => _now.AddedRows;

    /// <summary>Whether there is anything to commit.</summary>
    public bool Wrote { get; private set; }

    public DateTimeOffset Now { get; private set; }

    /// <summary>Begins the batch, again after it was undone.</summary>
    /// <param name="anew">Nothing that was read before counts any more.</param>
    public void Begin(bool anew)
    {
        rows.Begin(anew);
        _documents.Clear();
        _documentsOfCommand.Clear();
        if (anew)
        {
            _documentsRead.Clear();
            _factsRead.Clear();
            _actionsRead.Clear();
            _auditRead.Clear();
            _known.Clear();
            _unknown.Clear();
            _expected = default;
            (_actionsAt, _auditsAt) = (null, null);
        }

        _expected.Epoch = null;
        _expected.AvailabilityRows = null;
        _start = rows.State;
        _now = new State { Epoch = _start.Epoch };
        Wrote = false;
    }

    public void BeginCommand()
    {
        // To the microsecond and finer, as the clock has it; the same for all that one run of a command writes.
        Now = clock.GetUtcNow().ToUniversalTime();
        _beforeCommand = _now;
        _wroteBefore = Wrote;
    }

    public void EndCommand()
    {
        rows.EndCommand();
        foreach (var (key, content) in _documentsOfCommand) _documents[key] = content;
        _documentsOfCommand.Clear();
    }

    public void UndoCommand()
    {
        rows.UndoCommand();
        _documentsOfCommand.Clear();
        _now = _beforeCommand;
        Wrote = _wroteBefore;
    }

    public bool TryGetAnswer(string method, string key, out StoredAnswer answer)
    {
        answer = default;
        if (rows.Answers.Get(KeyOf(method, key)) is not { } found || found.At < (Now - answersKept).UtcTicks) return false;
        answer = new StoredAnswer(found.Request, found.Answer);
        return true;
    }

    public void PutAnswer(string method, string key, string memberId, UInt128 requestHash, byte[] answer)
    {
        Wrote = true;
        rows.Answers.Put(KeyOf(method, key), new AnswerRow(memberId.Length == 0 ? null : MemberKey.From(memberId), Now.UtcTicks, requestHash, answer));
    }

    public void Append(in ActionRecord action)
    {
        Valid(action.MemberId);
        Valid(action.OfferId);
        Valid(action.Placement);
        Valid(action.Channel);
        Valid(action.ChainId);
        Valid(action.StoreId);
        Valid(action.Detail);
        Wrote = true;
        _now = _now with { Actions = _now.Actions.Add(action) };
    }

    public IReadOnlyList<ActionRecord> GetActions(string memberId, long after, int limit)
    {
        if (!_actionsRead.TryGetValue((memberId, after, limit), out var stored))
        {
            stored = _actionsRead[(memberId, after, limit)] = rows.List(
                $"SELECT {PostgresRows.ActionColumns} FROM actions WHERE member_key = $1 AND member = $2 AND sequence > $3 ORDER BY sequence LIMIT $4",
                PostgresRows.Action, PostgresBatch.Of((long)MemberKey.From(memberId).Hash), PostgresBatch.Of(memberId), PostgresBatch.Of(after), PostgresBatch.Of((long)limit));
            _actionsAt ??= rows.State.Actions;
        }

        if (_now.Actions.Count == 0 && _now.Erased.Count == 0) return stored;
        var erased = _now.Erased.Any(each => each.MemberId == memberId);
        var found = erased ? [] : new List<ActionRecord>(stored);

        // The numbers of what is not committed yet are to come true.
        var number = (_expected.Actions ??= _actionsAt)!.Value;
        foreach (var action in _now.Actions)
        {
            number++;
            if (action.MemberId == memberId && number > after && found.Count < limit) found.Add(action with { Sequence = number });
        }

        return found;
    }

    public MemberRecord? GetMember(string memberId) => rows.Members.Get(memberId);

    public void PutMember(MemberRecord member)
    {
        Valid(member.MemberId);
        Wrote = true;
        rows.Members.Put(member.MemberId, member);
    }

    public bool EraseMember(string memberId)
    {
        Valid(memberId);
        Wrote = true;
        var key = MemberKey.From(memberId);

        // 1. Is anything known?
        var known = rows.Members.Get(memberId) is not null | _now.Actions.Any(action => action.MemberId == memberId) | IsKnown(memberId, key);
        foreach (var (answer, row) in rows.Answers.WrittenNow.ToList())
        {
            if (row?.Member != key) continue;
            known = true;
            rows.Answers.Put(answer, null);
        }

        // 2. Forget it, here too.
        foreach (var answer in rows.Answers.ReadOf(row => row.Member == key)) rows.Answers.Put(answer, null);
        rows.Members.Put(memberId, null);
        _now = _now with
        {
            Actions = _now.Actions.RemoveAll(action => action.MemberId == memberId),
            Erased = _now.Erased.Add((memberId, new ErasedMember(key, Now.UtcTicks))),
        };
        return known;
    }

    /// <summary>Erases members that truth has forgotten to have erased, because it was restored; they are known by their hashes only.</summary>
    /// <returns>Those that it did not know.</returns>
    public IReadOnlyList<ErasedMember> EraseAgain(IReadOnlyList<ErasedMember> members)
    {
        long[] hashes = [.. members.Select(each => (long)each.Member.Hash)];
        var known = rows.List(
            """SELECT hash, "check", at FROM erasures WHERE hash = ANY($1)""",
            row => new ErasedMember(new MemberKey((ulong)row.GetInt64(0), (ulong)row.GetInt64(1)), row.GetInt64(2)),
            PostgresBatch.Of(hashes)).ToHashSet();
        var unknown = members.Where(each => !known.Contains(each)).ToList();
        if (unknown.Count == 0) return unknown;
        var ids = rows.List("SELECT member FROM members", row => row.GetString(0))
            .Concat(rows.List("SELECT DISTINCT member FROM actions WHERE member_key = ANY($1)", row => row.GetString(0), PostgresBatch.Of(hashes)))
            .Distinct().ToLookup(MemberKey.From);
        Wrote = true;
        foreach (var erased in unknown)
        {
            // With no id, answers go, and the erasure is noted.
            var id = ids[erased.Member].FirstOrDefault() ?? "";
            if (id.Length > 0) rows.Members.Put(id, null);
            _now = _now with { Erased = _now.Erased.Add((id, erased)) };
        }

        return unknown;
    }

    public long GetTotal(string counter) => GetTotal(counter, out _);

    public long GetTotal(string counter, out string period)
    {
        var total = rows.Totals.Get(counter);
        period = total?.Period ?? "";
        return total?.Value ?? 0;
    }

    public void SetTotal(string counter, long value, string period)
    {
        Valid(counter);
        Valid(period);
        Wrote = true;
        rows.Totals.Put(counter, new TotalRecord(counter, value, period));
    }

    public ulong AvailabilityEpoch
    {
        get
        {
            _expected.Epoch ??= _start.Epoch;
            return _now.Epoch;
        }
    }

    public int AvailabilityRows
    {
        get
        {
            _expected.AvailabilityRows ??= _start.AvailabilityRows;
            return (int)(_start.AvailabilityRows + _now.AddedRows);
        }
    }

    public AvailabilityRow? GetAvailability(AvailabilitySubject subject, string subjectId, AvailabilityScopeKind scope, string scopeId) =>
        rows.Availability.Get(new AvailabilityKey(subject, subjectId, scope, scopeId)) is { Version: > 0 } row ? row : null;

    public void PutAvailability(IReadOnlyList<AvailabilityRow> changed, ulong epoch)
    {
        Wrote = true;
        var added = 0;
        foreach (var row in changed)
        {
            Valid(row.SubjectId);
            Valid(row.ScopeId);
            var key = AvailabilityKey.Of(row);
            if (rows.Availability.Get(key) is null) added++;
            if (key != key.Head && rows.Availability.Get(key.Head) is null)
            {
                rows.Availability.Put(key.Head, new AvailabilityRow { Subject = row.Subject, SubjectId = row.SubjectId, Version = 0, Epoch = 0 });
                added++;
            }

            rows.Availability.Put(key, row);
        }

        _now = _now with { AddedRows = _now.AddedRows + added, Epoch = epoch, EpochSet = true };
    }

    public IReadOnlyList<PlacementConfig> GetPlacements() => AllOf(PostgresSchema.Placements)
        .ConvertAll(document => JsonSerializer.Deserialize(document.Content, JournalJson.Default.PlacementConfig)!);

    public void PutPlacements(IReadOnlyList<PlacementConfig> placements)
    {
        foreach (var placement in placements)
            Put(PostgresSchema.Placements, placement.Name, JsonSerializer.SerializeToUtf8Bytes(placement, JournalJson.Default.PlacementConfig));
    }

    public int SegmentCount => AllOf(PostgresSchema.Ladder).Count(list => list.Name != SqliteTransaction.Everybody);

    public bool HasSegmentOffers(string segment) => AllOf(PostgresSchema.Ladder).Exists(list => list.Name == segment);

    public void PutSegmentOffers(string segment, IReadOnlyList<ScoredOfferConfig> offers)
    {
        ArgumentException.ThrowIfNullOrEmpty(segment);
        PutLadder(segment, offers);
    }

    public void PutGlobalOffers(IReadOnlyList<ScoredOfferConfig> offers) => PutLadder(SqliteTransaction.Everybody, offers);

    public IReadOnlyList<NamedDocument> GetCapRules() =>
        AllOf(PostgresSchema.CapRules).ConvertAll(document => new NamedDocument(document.Name, Encoding.UTF8.GetString(document.Content)));

    public void PutCapRules(IReadOnlyList<NamedDocument> rules)
    {
        foreach (var rule in rules) Put(PostgresSchema.CapRules, rule.Name, rule.Content.Length == 0 ? null : Encoding.UTF8.GetBytes(rule.Content));
    }

    public IReadOnlyList<NamedDocument> GetFacts(string kind)
    {
        if (!_factsRead.TryGetValue(kind, out var stored))
        {
            stored = _factsRead[kind] = rows.List(
                "SELECT name, content FROM facts WHERE kind = $1", row => new NamedDocument(row.GetString(0), row.GetString(1)), PostgresBatch.Of(kind));
            _expected.Facts ??= rows.State.Facts;
        }

        var facts = stored.ToDictionary(fact => fact.Name, StringComparer.Ordinal);
        foreach (var (key, fact) in rows.Facts.WrittenNow)
        {
            if (key.Kind != kind) continue;
            if (fact is null) facts.Remove(key.Name);
            else facts[key.Name] = fact;
        }

        return [.. facts.Values.OrderBy(fact => fact.Name, StringComparer.Ordinal)];
    }

    public NamedDocument? GetFact(string kind, string name) => rows.Facts.Get(new FactKey(kind, name));

    public void PutFact(string kind, NamedDocument fact)
    {
        ArgumentException.ThrowIfNullOrEmpty(kind);
        Valid(kind);
        Valid(fact.Name);
        Valid(fact.Content);
        Wrote = true;
        rows.Facts.Put(new FactKey(kind, fact.Name), fact.Content.Length == 0 ? null : fact);
    }

    public void Put(string generation, PutKind kind, long catalogue, byte[] content)
    {
        Valid(generation);
        Wrote = true;
        _now = _now with { Puts = _now.Puts.Add(new PutRow(generation, kind, catalogue, _now.Erased.Count, content)) };
    }

    public void ForgetPuts(string generation)
    {
        Valid(generation);
        Wrote = true;
        _now = _now with { ForgottenPuts = _now.ForgottenPuts.Add(generation) };
    }

    public void Audit(string act, string subject, string detail)
    {
        Wrote = true;
        _now = _now with { Notes = _now.Notes.Add(new AuditNote(Now, Text(act), Text(subject), Text(detail))) };
    }

    public IReadOnlyList<AuditRecord> GetAudit(long before, int limit)
    {
        if (before == 0) before = long.MaxValue;
        if (!_auditRead.TryGetValue((before, limit), out var stored))
        {
            stored = _auditRead[(before, limit)] = rows.List(
                "SELECT sequence, at, act, subject, detail FROM audit WHERE sequence < $1 ORDER BY sequence DESC LIMIT $2",
                row => new AuditRecord(row.GetInt64(0), Ticks.Read(row.GetInt64(1)), row.GetString(2), row.GetString(3), row.GetString(4)),
                PostgresBatch.Of(before), PostgresBatch.Of((long)limit));
            _auditsAt ??= rows.State.Audits;
        }

        if (_now.Notes.Count == 0) return stored;
        var number = (_expected.Audits ??= _auditsAt)!.Value;
        var mine = _now.Notes.Select((note, i) => new AuditRecord(number + i + 1, note.At, note.Act, note.Subject, note.Detail)).Where(note => note.Sequence < before).Reverse();
        return [.. mine.Concat(stored).Take(limit)];
    }

    private bool IsKnown(string memberId, MemberKey key)
    {
        if (_known.Contains(memberId)) return true;
        if (_unknown.Contains(memberId)) return false;
        var found = rows.List(
            """
            SELECT EXISTS (SELECT FROM actions WHERE member_key = $1 AND member = $3) OR EXISTS (SELECT FROM answers WHERE member_key = $1 AND member_check = $2)
            """,
            row => row.GetBoolean(0), PostgresBatch.Of((long)key.Hash), PostgresBatch.Of((long)key.Check), PostgresBatch.Of(memberId))[0];

        // A second erasure in the same batch finds nothing more.
        (found ? _known : _unknown).Add(memberId);
        return found && !_now.Erased.Any(each => each.MemberId == memberId);
    }

    private List<(string Name, byte[] Content)> AllOf(long kind)
    {
        if (!_documentsRead.TryGetValue(kind, out var stored))
        {
            stored = _documentsRead[kind] = rows.List(
                "SELECT name, content FROM documents WHERE kind = $1", row => (row.GetString(0), row.GetFieldValue<byte[]>(1)), PostgresBatch.Of(kind));
            _expected.Documents ??= rows.State.Documents;
        }

        var documents = stored.ToDictionary(document => document.Name, document => document.Content, StringComparer.Ordinal);
        foreach (var layer in (ReadOnlySpan<Dictionary<DocumentKey, byte[]?>>)[_documents, _documentsOfCommand])
        {
            foreach (var (key, content) in layer)
            {
                if (key.Kind != kind) continue;
                if (content is null) documents.Remove(key.Name);
                else documents[key.Name] = content;
            }
        }

        return [.. documents.OrderBy(document => document.Key, StringComparer.Ordinal).Select(document => (document.Key, document.Value))];
    }

    private void PutLadder(string name, IReadOnlyList<ScoredOfferConfig> offers) => Put(
        PostgresSchema.Ladder, name, offers.Count == 0 ? null : JsonSerializer.SerializeToUtf8Bytes(offers, JournalJson.Default.IReadOnlyListScoredOfferConfig));

    private void Put(long kind, string name, byte[]? content)
    {
        Valid(name);
        Wrote = true;
        _documentsOfCommand[new DocumentKey(kind, name)] = content;
    }

    private static UInt128 KeyOf(string method, string key)
    {
        Span<byte> hash = stackalloc byte[16];
        AnswerTable.Hash(method, key, hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }

    // PostgreSQL has no texts with U+0000, nor with half of a surrogate pair. Found here, it fails one command; found there, it would fail the batch.
    private static void Valid(string text)
    {
        if (!IsValid(text)) throw new ArgumentException("a text holds U+0000 or half of a surrogate pair, which cannot be stored");
    }

    private static bool IsValid(string text) =>
        !text.Contains('\0', StringComparison.Ordinal) && (text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0 || text == Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)));

    private static string Text(string text) => IsValid(text) ? text : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace('\0', '\uFFFD');

    // Immutable parts only: undoing a command puts the former one back.
    private readonly record struct State()
    {
        public ulong Epoch { get; init; }

        public bool EpochSet { get; init; }

        public long AddedRows { get; init; }

        public AppendList<ActionRecord> Actions { get; init; } = AppendList<ActionRecord>.Empty;

        public AppendList<AuditNote> Notes { get; init; } = AppendList<AuditNote>.Empty;

        public AppendList<PutRow> Puts { get; init; } = AppendList<PutRow>.Empty;

        public AppendList<string> ForgottenPuts { get; init; } = AppendList<string>.Empty;

        public AppendList<(string MemberId, ErasedMember Member)> Erased { get; init; } = AppendList<(string MemberId, ErasedMember Member)>.Empty;
    }
}
