using System.Text;
using System.Text.Json;
using DecisionServer.Store;

namespace DecisionServer.Journal;

/// <summary>
/// The transaction of a batch. With savepoints, each command that writes has one of its own, opened with its first write, so that undoing it leaves the others
/// alone; without, only a command that has written nothing can be undone alone. Totals that many commands count are written once, with the commit.
/// </summary>
internal sealed class SqliteTransaction(Database database, JournalTables tables, ErasureFile erasures, TimeSpan answersKept, TimeProvider clock, Failpoints failpoints)
    : IJournalTransaction
{
    /// <summary>Name of the ladder list for everybody; a segment's name is not empty.</summary>
    public const string Everybody = "";

    private readonly Statement _begin = database.Prepare("BEGIN IMMEDIATE");
    private readonly Statement _commit = database.Prepare("COMMIT");
    private readonly Statement _savepoint = database.Prepare("SAVEPOINT command");
    private readonly Statement _release = database.Prepare("RELEASE command");
    private readonly Statement _undo = database.Prepare("ROLLBACK TO command");

    private readonly Dictionary<string, TotalRecord> _totals = new(StringComparer.Ordinal);
    private State _now;
    private State _beforeBatch;
    private State _beforeCommand;
    private bool _batchWrites;
    private bool _withSavepoints;

    /// <summary>What the last commit said, or the state at the opening.</summary>
    public Meta Committed { get; private set; } = tables.Meta.Read();

    /// <summary>Ids of members erased by the last commit.</summary>
    public IReadOnlyList<string> Erased => _now.Erased;

    /// <summary>Whether the command that runs, or ran last, has written.</summary>
    public bool CommandWrote { get; private set; }

    public DateTimeOffset Now { get; private set; }

    public ulong AvailabilityEpoch => _now.Meta.Epoch;

    public int AvailabilityRows => _now.AvailabilityRows;

    public void Begin(bool withSavepoints = false)
    {
        _begin.Run();
        _withSavepoints = withSavepoints;
        _totals.Clear();
        _now = new State { Meta = Committed, AvailabilityRows = _now.Meta is null ? tables.Availability.Count() : _now.AvailabilityRows };
        _beforeBatch = _now;
        _batchWrites = false;
    }

    public void BeginCommand()
    {
        Now = clock.GetUtcNow().ToUniversalTime();
        _beforeCommand = _now;
        CommandWrote = false;
    }

    public void EndCommand()
    {
        if (CommandWrote && _withSavepoints) _release.Run();
        _batchWrites |= CommandWrote;
    }

    /// <summary>Undoes what the command did: where it wrote, with savepoints only.</summary>
    public void UndoCommand()
    {
        if (CommandWrote)
        {
            if (!_withSavepoints) throw new InvalidOperationException("A command that has written cannot be undone alone without a savepoint.");
            _undo.Run();
            _release.Run();
        }

        _now = _beforeCommand;
    }

    /// <summary>Undoes the batch.</summary>
    public void Rollback()
    {
        database.Run("ROLLBACK");
        _now = _beforeBatch;
    }

    /// <summary>Makes the batch durable.</summary>
    /// <returns>Whether there was anything to write.</returns>
    public bool Commit()
    {
        if (!_batchWrites)
        {
            _commit.Run();
            return false;
        }

        // 1. Erasures first: a transaction that commits must find them noted.
        if (_now.Noted.Count > 0)
        {
            erasures.Append(_now.Noted);
            failpoints.Pass(Failpoints.ErasureNoted);
        }

        // 2. Totals, and one row that tells where the journal stands.
        foreach (var total in _totals.Values) tables.Totals.Put(total.Counter, total.Value, total.Period);
        var meta = _now.Meta with { Commits = _now.Meta.Commits + 1, Erasures = erasures.Entries.Count };
        tables.Meta.Write(meta);

        // 3. The commit, with its fsync.
        failpoints.Pass(Failpoints.BeforeCommit);
        _commit.Run();
        Committed = meta;
        _now = _now with { Meta = meta };
        failpoints.Pass(Failpoints.AfterCommit);
        return true;
    }

    /// <summary>Undoes the batch as far as SQLite has not done so.</summary>
    public void Abandon()
    {
        try
        {
            if (!database.IsIdle) database.Run("ROLLBACK");
        }
        catch (SqliteFault)
        {
            // The cause is being reported; nothing is written from here on.
        }
    }

    /// <summary>Notes that the bytes of all erased members are gone.</summary>
    public void PutPurged(long purged)
    {
        Write();
        _now = _now with { Meta = _now.Meta with { Purged = purged } };
    }

    /// <summary>Follows erasures that are noted, but not in this database.</summary>
    public void Follow(IReadOnlySet<MemberKey> members)
    {
        Write();
        foreach (var id in tables.Members.Ids().Where(id => members.Contains(MemberKey.From(id))).ToList()) tables.Members.Erase(id);
        foreach (var member in members)
        {
            tables.Actions.Erase(member);
            tables.Answers.Erase(member);
        }
    }

    public int DeleteOldAnswers(int limit)
    {
        Write();
        return tables.Answers.DeleteOld(OldestAnswer(), limit);
    }

    public bool TryGetAnswer(string method, string key, out StoredAnswer answer) => tables.Answers.TryGet(method, key, OldestAnswer(), out answer);

    public void PutAnswer(string method, string key, string memberId, UInt128 requestHash, byte[] answer)
    {
        Write();
        tables.Answers.Put(method, key, memberId, requestHash, answer, Now.UtcTicks);
    }

    public void Append(in ActionRecord action)
    {
        Write();
        var sequence = _now.Meta.Actions + 1;
        tables.Actions.Append(sequence, in action);
        _now = _now with { Meta = _now.Meta with { Actions = sequence } };
    }

    public IReadOnlyList<ActionRecord> GetActions(string memberId, long after, int limit) => tables.Actions.Of(memberId, after, limit);

    public MemberRecord? GetMember(string memberId) => tables.Members.Get(memberId);

    public void PutMember(MemberRecord member)
    {
        Write();
        tables.Members.Put(member);
    }

    public bool EraseMember(string memberId)
    {
        Write();
        var key = MemberKey.From(memberId);
        var known = tables.Members.Erase(memberId);
        known |= tables.Actions.Erase(key) > 0;
        known |= tables.Answers.Erase(key) > 0;

        // Noted also where nothing is known here: a backup of an earlier date may know the member.
        _now = _now with
        {
            Noted = [.. _now.Noted, new Erasure(key, Now.UtcTicks, _now.Meta.Actions)],
            Erased = [.. _now.Erased, memberId],
        };
        return known;
    }

    public long GetTotal(string counter) => GetTotal(counter, out _);

    public long GetTotal(string counter, out string period)
    {
        if (!_totals.TryGetValue(counter, out var total)) total = tables.Totals.Get(counter);
        period = total?.Period ?? "";
        return total?.Value ?? 0;
    }

    public void SetTotal(string counter, long value, string period)
    {
        Write();

        // A savepoint would not undo what waits here.
        if (_withSavepoints) tables.Totals.Put(counter, value, period);
        else _totals[counter] = new TotalRecord(counter, value, period);
    }

    public AvailabilityRow? GetAvailability(AvailabilitySubject subject, string subjectId, AvailabilityScopeKind scope, string scopeId) =>
        tables.Availability.Get(subject, subjectId, scope, scopeId);

    public void PutAvailability(IReadOnlyList<AvailabilityRow> rows, ulong epoch)
    {
        Write();
        var added = 0;
        foreach (var row in rows) added += tables.Availability.Put(row);
        _now = _now with { AvailabilityRows = _now.AvailabilityRows + added, Meta = _now.Meta with { Epoch = epoch } };
    }

    public IReadOnlyList<PlacementConfig> GetPlacements() => ReadPlacements(tables);

    public void PutPlacements(IReadOnlyList<PlacementConfig> placements)
    {
        Write();
        foreach (var placement in placements)
            tables.Placements.Put(placement.Name, JsonSerializer.SerializeToUtf8Bytes(placement, JournalJson.Default.PlacementConfig));
    }

    public int SegmentCount => tables.Ladder.Count() - (tables.Ladder.Has(Everybody) ? 1 : 0);

    public bool HasSegmentOffers(string segment) => tables.Ladder.Has(segment);

    public void PutSegmentOffers(string segment, IReadOnlyList<ScoredOfferConfig> offers)
    {
        ArgumentException.ThrowIfNullOrEmpty(segment);
        PutLadder(segment, offers);
    }

    public void PutGlobalOffers(IReadOnlyList<ScoredOfferConfig> offers) => PutLadder(Everybody, offers);

    public IReadOnlyList<NamedDocument> GetCapRules() => ReadCapRules(tables);

    public void PutCapRules(IReadOnlyList<NamedDocument> rules)
    {
        Write();
        foreach (var rule in rules)
        {
            if (rule.Content.Length == 0) tables.CapRules.Remove(rule.Name);
            else tables.CapRules.Put(rule.Name, Encoding.UTF8.GetBytes(rule.Content));
        }
    }

    public IReadOnlyList<NamedDocument> GetFacts(string kind) => tables.Facts.Of(kind);

    public NamedDocument? GetFact(string kind, string name) => tables.Facts.Get(kind, name);

    public void PutFact(string kind, NamedDocument fact)
    {
        ArgumentException.ThrowIfNullOrEmpty(kind);
        Write();
        if (fact.Content.Length == 0) tables.Facts.Remove(kind, fact.Name);
        else tables.Facts.Put(kind, fact);
    }

    public void Audit(string act, string subject, string detail)
    {
        Write();
        tables.Audit.Append(Now, act, subject, detail);
    }

    public IReadOnlyList<AuditRecord> GetAudit(long before, int limit) => tables.Audit.Before(before == 0 ? long.MaxValue : before, limit);

    public static List<PlacementConfig> ReadPlacements(JournalTables tables) =>
        tables.Placements.All().ConvertAll(document => JsonSerializer.Deserialize(document.Content, JournalJson.Default.PlacementConfig)!);

    public static List<NamedDocument> ReadCapRules(JournalTables tables) =>
        tables.CapRules.All().ConvertAll(document => new NamedDocument(document.Name, Encoding.UTF8.GetString(document.Content)));

    private void PutLadder(string name, IReadOnlyList<ScoredOfferConfig> offers)
    {
        Write();
        if (offers.Count == 0) tables.Ladder.Remove(name);
        else tables.Ladder.Put(name, JsonSerializer.SerializeToUtf8Bytes(offers, JournalJson.Default.IReadOnlyListScoredOfferConfig));
    }

    private long OldestAnswer() => (Now - answersKept).UtcTicks;

    private void Write()
    {
        if (CommandWrote) return;
        if (_withSavepoints) _savepoint.Run();
        CommandWrote = true;
    }

    // Immutable parts only: undoing a command puts the former one back.
    private readonly record struct State()
    {
        public Meta Meta { get; init; } = null!;

        public int AvailabilityRows { get; init; }

        public IReadOnlyList<Erasure> Noted { get; init; } = [];

        public IReadOnlyList<string> Erased { get; init; } = [];
    }
}
