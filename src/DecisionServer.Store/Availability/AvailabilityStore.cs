using System.Buffers;

namespace DecisionServer.Store;

/// <summary>
/// The live availability: rows per offer or item, everywhere or in one chain or store, each with a version; and the epoch, which grows by one with each
/// change. Decisions read it through <see cref="Attach"/>ed views.
/// </summary>
/// <remarks>
/// All members may be called from any thread. Changes go one after the other; nobody who reads waits for them.
/// A row takes about 220 bytes here (log, index, directory) and up to 100 in the views' shared tables.
/// </remarks>
public sealed class AvailabilityStore : IDisposable
{
    private const ulong Seed = 0x617661696C; // "avail"

    private readonly Lock _writer = new();
    private readonly RowTable _rows;
    private readonly ChangeRing _changes;
    private readonly ScopeDirectory _scopes = new();
    private readonly OfferRules _offers = new();
    private readonly ItemRules _items = new();
    private readonly List<AvailabilityView> _views = [];
    private readonly EpochWaiters _waiters = new();
    private readonly Func<ulong> _readEpoch;
    private ulong _epoch;

    /// <summary>Creates an empty one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A limit is out of its range.</exception>
    public AvailabilityStore(AvailabilityOptions options)
        : this(options, bytes => XxHash64.Hash(bytes, Seed))
    {
    }

    internal AvailabilityStore(AvailabilityOptions options, Func<ReadOnlySpan<byte>, ulong> hash)
    {
        options.Validate();
        _rows = new RowTable(options.MaxRows, hash);
        _changes = new ChangeRing(options.RecentChanges);
        _readEpoch = () => Epoch;
    }

    /// <summary>Number of changes so far. Every view shows everything up to it.</summary>
    public ulong Epoch => Volatile.Read(ref _epoch);

    /// <summary>Rows held, heads of lists included.</summary>
    public int RowCount => _rows.Count;

    /// <summary>Rows that can be held, heads of lists included.</summary>
    public int MaxRows => _rows.MaxRows;

    internal long LogBytes => _rows.LogBytes;

    internal int WaiterCount => _waiters.Count;

    /// <summary>
    /// Applies updates in order. When it returns, every decision that starts later takes them into account.
    /// Either all are applied (or found stale), or none.
    /// </summary>
    /// <param name="updates">The updates; each id is valid (<see cref="IdRules"/>), numbers are in their ranges.</param>
    /// <param name="current">The current catalogue, for the count of unknown subjects; null where there is none: all are unknown.</param>
    /// <exception cref="ArgumentException">An id is malformed; nothing was applied.</exception>
    public AvailabilityResult Apply(IReadOnlyList<AvailabilityUpdate> updates, CatalogueSnapshot? current)
    {
        var count = updates.Count;
        var rented = ArrayPool<RowIdentity>.Shared.Rent(count);
        try
        {
            return ApplyAll(updates, rented.AsSpan(0, count), current);
        }
        finally
        {
            ArrayPool<RowIdentity>.Shared.Return(rented);
        }
    }

    /// <summary>Everything stored about a subject: everywhere first, then chains, then stores, by the bytes of their ids. Empty: nothing was ever said.</summary>
    /// <param name="subject">What is asked about.</param>
    /// <param name="subjectId">A valid id.</param>
    /// <param name="epoch">Every change up to this one is in the answer.</param>
    public IReadOnlyList<AvailabilityRow> GetRows(AvailabilitySubject subject, string subjectId, out ulong epoch)
    {
        var head = RowIdentity.From(subject, subjectId, AvailabilityScopeKind.Everywhere, "");
        epoch = Epoch;
        var data = new List<RowData>();
        _rows.ReadSubject(in head, data);
        data.RemoveAll(row => row.Version == 0);
        data.Sort((a, b) => RowIdentity.CompareScopes(in a.Identity, in b.Identity));
        return data.ConvertAll(row => row.ToRow());
    }

    /// <summary>Completes once <see cref="Epoch"/> is <paramref name="epoch"/> or more.</summary>
    public ValueTask WaitForEpoch(ulong epoch, CancellationToken cancellationToken) =>
        Epoch >= epoch ? ValueTask.CompletedTask : _waiters.WaitAsync(epoch, _readEpoch, cancellationToken);

    /// <summary>A view for decisions on a catalogue, up to date from now on. Updates wait while it is built.</summary>
    public AvailabilityView Attach(CatalogueSnapshot catalogue)
    {
        lock (_writer)
        {
            var view = new AvailabilityView(catalogue, _scopes, _offers, _items, _epoch);
            _views.Add(view);
            return view;
        }
    }

    /// <summary>Stops keeping a view up to date. Decisions that hold it may finish on it.</summary>
    public void Detach(AvailabilityView view)
    {
        lock (_writer) _views.Remove(view);
    }

    /// <summary>A reader of all changes after an epoch; see <see cref="AvailabilityWatcher"/>.</summary>
    public AvailabilityWatcher Watch(ulong afterEpoch) => new(this, afterEpoch);

    /// <summary>Takes over rows as they stand in the journal, in the order of their epochs: each replaces what is stored of its subject and scope.</summary>
    /// <param name="rows">The rows; their epochs follow <see cref="Epoch"/> without a gap.</param>
    /// <exception cref="InvalidOperationException">A row's epoch is not the next one.</exception>
    public void Follow(IReadOnlyList<AvailabilityRow> rows)
    {
        if (rows.Count == 0) return;
        ulong epoch;
        lock (_writer)
        {
            epoch = _epoch;
            foreach (var row in rows)
            {
                if (row.Epoch != ++epoch) throw new InvalidOperationException($"Availability is at epoch {epoch - 1}, a row of epoch {row.Epoch} cannot follow.");
                var data = Replace(RowData.From(row));
                _changes.Add(in data);
            }

            Publish(epoch);
        }

        _waiters.Reached(epoch);
    }

    /// <summary>
    /// For start-up, before anything was applied: takes over rows as they were read from <see cref="Watch"/> or <see cref="GetRows"/>, and the epoch that they are of.
    /// </summary>
    /// <exception cref="InvalidOperationException">Something was applied already, or there are more rows than fit.</exception>
    /// <exception cref="ArgumentException">A row is malformed or newer than <paramref name="epoch"/>.</exception>
    public void Restore(IEnumerable<AvailabilityRow> rows, ulong epoch)
    {
        lock (_writer)
        {
            if (_epoch != 0 || _rows.Count != 0) throw new InvalidOperationException("Availability can only be restored into an empty store.");
            _changes.StartAfter(epoch);
            foreach (var row in rows)
            {
                if (row.Version == 0 || row.Epoch == 0 || row.Epoch > epoch) throw new ArgumentException("A row has no version or is newer than the epoch.", nameof(rows));
                Take(row);
            }

            Publish(epoch);
        }

        _waiters.Reached(epoch);
    }

    /// <summary>
    /// Takes over what others have changed: rows newer than <see cref="Epoch"/> replace what is stored. Epochs may be missing where a row changed twice; watchers that
    /// would miss one read all rows anew.
    /// </summary>
    /// <param name="rows">The rows, in any order; older ones among them are skipped.</param>
    /// <param name="epoch">The epoch that they are of. One that was reached before changes nothing.</param>
    /// <exception cref="InvalidOperationException">There are more rows than fit.</exception>
    public void CatchUp(IEnumerable<AvailabilityRow> rows, ulong epoch)
    {
        lock (_writer)
        {
            var from = _epoch;
            if (epoch <= from) return;
            var taken = new List<RowData>();
            foreach (var row in rows)
            {
                if (row.Epoch > from) taken.Add(Take(row));
            }

            // The ring holds one row for each epoch, or begins anew.
            taken.Sort(static (a, b) => a.Epoch.CompareTo(b.Epoch));
            if ((ulong)taken.Count == epoch - from)
            {
                foreach (var row in taken) _changes.Add(in row);
            }
            else
            {
                _changes.StartAfter(epoch);
            }

            Publish(epoch);
        }

        _waiters.Reached(epoch);
    }

    /// <summary>A sum over all rows, equal on nodes that hold the same; and the epoch that it is of. Changes wait meanwhile.</summary>
    public (ulong Sum, ulong Epoch) Digest()
    {
        var rows = new RowData[256];
        lock (_writer)
        {
            var sum = 0UL;
            for (int from = 0, count; (count = _rows.Read(from, rows)) > 0; from += count)
            {
                for (var i = 0; i < count; i++) sum += rows[i].Digest();
            }

            return (sum, _epoch);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _rows.Dispose();

    /// <summary>Copies changes after <paramref name="after"/> up to <paramref name="upTo"/>. False: they are no longer at hand.</summary>
    internal bool TryReadChanges(ulong after, ulong upTo, Span<RowData> into, out int count) =>
        _changes.TryRead(after, Math.Min(upTo, Epoch), into, out count);

    /// <summary>Copies rows by age. 0: no more.</summary>
    internal int ReadRows(int from, Span<RowData> into) => _rows.Read(from, into);

    private AvailabilityResult ApplyAll(IReadOnlyList<AvailabilityUpdate> updates, Span<RowIdentity> identities, CatalogueSnapshot? current)
    {
        // 1. Ids become bytes before anything changes, so that a malformed one changes nothing.
        for (var i = 0; i < identities.Length; i++)
            identities[i] = RowIdentity.From(updates[i].Subject, updates[i].SubjectId, updates[i].Scope, updates[i].ScopeId);

        int applied = 0, stale = 0, unknown = 0;
        ulong epoch;
        lock (_writer)
        {
            // 2. Refuse what would not fit.
            if (!Fits(identities)) return new AvailabilityResult(AvailabilityOutcome.TooManyRows, _epoch, 0, 0, 0);

            // 3. Rows, recent changes and rules, then the epoch: who sees the epoch sees the rest.
            epoch = _epoch;
            for (var i = 0; i < identities.Length; i++)
            {
                if (!ApplyOne(updates[i], in identities[i], epoch + 1))
                {
                    stale++;
                    continue;
                }

                epoch++;
                applied++;
                if (!updates[i].IsOf(current)) unknown++;
            }

            Publish(epoch);
        }

        _waiters.Reached(epoch);
        return new AvailabilityResult(AvailabilityOutcome.Applied, epoch, applied, stale, unknown);
    }

    private RowData Take(AvailabilityRow row)
    {
        var data = RowData.From(row);
        if (!Fits([data.Identity])) throw new InvalidOperationException($"There are more rows than the {_rows.MaxRows} allowed (AvailabilityOptions.MaxRows).");
        return Replace(data);
    }

    private RowData Replace(RowData data)
    {
        var found = _rows.TryFind(in data.Identity, out var key, out var stored);
        data.Next = stored.Next;
        data.Fields |= stored.Fields & RowFields.HasNext;
        Write(key, ref data, found);
        return data;
    }

    private bool ApplyOne(AvailabilityUpdate update, in RowIdentity identity, ulong epoch)
    {
        var found = _rows.TryFind(in identity, out var key, out var row);
        if (update.Version == 0 ? row.Version == ulong.MaxValue : update.Version <= row.Version) return false;
        row.Identity = identity;
        row.Merge(update);
        row.Version = update.Version == 0 ? row.Version + 1 : update.Version;
        row.Epoch = epoch;
        Write(key, ref row, found);
        _changes.Add(in row);
        return true;
    }

    private void Write(long key, ref RowData row, bool found)
    {
        if (found) _rows.Put(key, ref row);
        else if (row.Identity.Scope == AvailabilityScopeKind.Everywhere) _rows.Add(key, ref row);
        else AddScoped(key, ref row);

        Show(in row);
    }

    // A subject's rows hang on the one for everywhere, which is made where nobody spoke of it.
    private void AddScoped(long key, ref RowData row)
    {
        var identity = row.Identity.Head();
        var found = _rows.TryFind(in identity, out var headKey, out var head);
        if (!found)
        {
            head.Identity = identity;
            _rows.Add(headKey, ref head);
            if (headKey == key) _rows.TryFind(in row.Identity, out key, out _);
        }

        row.Next = head.Next;
        row.Fields |= head.Fields & RowFields.HasNext;
        _rows.Add(key, ref row);
        head.Next = key;
        head.Fields |= RowFields.HasNext;
        _rows.Put(headKey, ref head);
    }

    private bool Fits(ReadOnlySpan<RowIdentity> identities)
    {
        var room = _rows.MaxRows - _rows.Count;
        if (2L * identities.Length <= room) return true;
        var made = new HashSet<UInt128>();
        foreach (ref readonly var identity in identities)
        {
            var head = identity.Head();
            if (!_rows.TryFind(in identity, out _, out _)) made.Add(RowIdentity.Fingerprint(in identity));
            if (!_rows.TryFind(in head, out _, out _)) made.Add(RowIdentity.Fingerprint(in head));
        }

        return made.Count <= room;
    }

    // Decisions see the row from here on.
    private void Show(in RowData row)
    {
        var rule = AvailabilityRule.From(in row);
        var scope = _scopes.GetOrAdd(row.Identity.Scope, row.Identity.ScopeId);
        if (row.Identity.Subject == AvailabilitySubject.Offer)
        {
            var id = row.Identity.SubjectId;
            if (!_offers.Set(id, scope, rule, out var number)) return;
            foreach (var view in _views) view.OfferNumbered(id, number);
            return;
        }

        var itemKey = RowIdentity.ItemKey(in row.Identity);
        var former = _items.Set(itemKey, scope, rule);
        if (scope is not null && former is not null) return;
        foreach (var view in _views) view.ItemChanged(itemKey, former, scope is null ? rule : AvailabilityRule.Open);
    }

    private void Publish(ulong epoch)
    {
        foreach (var view in _views) view.Reached(epoch);
        Volatile.Write(ref _epoch, epoch);
    }
}
