using DecisionServer.Engine;
using DecisionServer.Journal;
using DecisionServer.Store;
using V1 = DecisionServer.V1;

namespace DecisionServer.Services.Members;

/// <summary>
/// One action of one member on one offer while its command runs: judged by the engine's filters and by the counters of the
/// transaction, then carried out.
/// </summary>
internal sealed class OfferAction
{
    private static readonly CapRule Redemptions = Baseline(CapEvent.Redemption);
    private static readonly CapRule Activations = Baseline(CapEvent.Activation);

    private readonly MemberWriter _writer;
    private readonly IJournalTransaction _transaction;
    private readonly MemberChanges _changes;
    private readonly ServingState _state;
    private readonly Offer? _offer;

    public OfferAction(MemberWriter writer, IJournalTransaction transaction, MemberChanges changes, ServingState state, string memberId, string offerId)
    {
        (_writer, _transaction, _changes, _state) = (writer, transaction, changes, state);
        Record = MemberBook.Get(writer, transaction, memberId);
        OfferId = offerId;
        _offer = state.Catalogue.TryGetIndex(offerId, out var index) ? state.Catalogue[index] : null;
    }

    /// <summary>The member's state, before or after.</summary>
    public MemberRecord Record { get; private set; }

    public string OfferId { get; }

    public bool IsActivated => Record.Activated.Any(offer => offer.OfferId == OfferId);

    public bool IsRedeemed => Record.Redeemed.Any(offer => offer.OfferId == OfferId);

    /// <summary>Whether the engine's filters let the offer pass. Null: they do.</summary>
    public Refused? Judge(string channel, string chainId, string storeId, bool anyChannel)
    {
        if (_offer is null) return new Refused(V1.Refusal.UnknownOffer, $"generation \"{_state.Generation.Id}\" has no offer \"{OfferId}\"");
        var context = _writer.Context;
        context.Reset();
        (context.Channel, context.ChainId, context.StoreId) = (channel, chainId, storeId);
        MemberRecords.ToServing(Record, _writer.Judge.Member);
        return Refused.By(_writer.Judge.Judge(_state, _offer, context, _transaction.Now.UtcTicks, anyChannel));
    }

    /// <summary>Whether a cap on one of these events is reached. Null: none is.</summary>
    public Refused? JudgeCaps(string channel, params ReadOnlySpan<CapEvent> events)
    {
        foreach (var capEvent in events)
        {
            FindTargets(capEvent, channel);
            foreach (ref readonly var target in _writer.Targets.Span)
            {
                if (IsReached(in target))
                    return new Refused(V1.Refusal.Capped, $"the cap of {target.Rule.Limit} on {Name(in target, channel)} is reached{(target.Rule.IsPerMember ? " by this member" : "")}");
            }
        }

        return null;
    }

    /// <summary>Takes one unit from each row of the offer's availability that applies and has a stock. A refusal: there is none left, nothing was taken.</summary>
    public Refused? TakeStock(string chainId, string storeId)
    {
        var epoch = _transaction.AvailabilityEpoch;
        var rows = new List<AvailabilityRow>();
        foreach (var (scope, id) in (ReadOnlySpan<(AvailabilityScopeKind, string)>)
            [(AvailabilityScopeKind.Everywhere, ""), (AvailabilityScopeKind.Chain, chainId), (AvailabilityScopeKind.Store, storeId)])
        {
            if (scope != AvailabilityScopeKind.Everywhere && id.Length == 0) continue;
            var row = _transaction.GetAvailability(AvailabilitySubject.Offer, OfferId, scope, id);
            if (row?.Stock is not { } stock) continue;
            if (stock <= 0) return new Refused(V1.Refusal.Unavailable, $"the offer is out of stock{(id.Length == 0 ? "" : $" in \"{id}\"")}");

            // The sender's version stays: its next one must not be stale because a member was faster.
            rows.Add(row with { Stock = stock - 1, Epoch = ++epoch });
        }

        if (rows.Count > 0) _transaction.PutAvailability(rows, epoch);
        _changes.Rows.AddRange(rows);
        return null;
    }

    /// <summary>Opts in, at the price of activations that are over where the member has no room.</summary>
    public Refused? Activate()
    {
        if (Record.Activated.Count >= _writer.Options.MaxActivated) DropOver();
        if (Record.Activated.Count >= _writer.Options.MaxActivated)
            return new Refused(V1.Refusal.LimitReached, $"the member has {Record.Activated.Count} offers activated, at most {_writer.Options.MaxActivated} are allowed at once");
        Record = Record with { Activated = [.. Record.Activated, new OfferInstant(OfferId, _transaction.Now)] };
        return null;
    }

    /// <summary>Opts out.</summary>
    public void Deactivate() => Record = Record with { Activated = [.. Record.Activated.Where(offer => offer.OfferId != OfferId)] };

    /// <summary>Uses it up: the activation, if there is one, becomes a redemption.</summary>
    public Refused? Redeem()
    {
        if (Record.Redeemed.Count >= MemberStateBuffer.MaxRedeemed)
            return new Refused(V1.Refusal.LimitReached, $"the member has redeemed {Record.Redeemed.Count} offers, no more can be remembered");
        Deactivate();
        Record = Record with { Redeemed = [.. Record.Redeemed, new OfferInstant(OfferId, _transaction.Now)] };
        return null;
    }

    /// <summary>Counts the event, writes the log and the member.</summary>
    public void Finish(ActionKind kind, CapEvent? capEvent, string channel = "", string chainId = "", string storeId = "")
    {
        if (capEvent is { } counted)
        {
            FindTargets(counted, channel);
            var name = (CapTarget target) => Name(in target, channel);
            Record = MemberBook.Count(_writer, _transaction, _changes, Record, name, _transaction.Now.UtcTicks);
        }

        Record = Record with { Version = Record.Version + 1 };
        _transaction.Append(new ActionRecord
        {
            Kind = kind,
            At = _transaction.Now,
            MemberId = Record.MemberId,
            OfferId = OfferId,
            Channel = channel,
            ChainId = chainId,
            StoreId = storeId,
        });
        _transaction.PutMember(Record);
        _changes.Members.Add(Record);
    }

    // What cannot be used any more must not keep a member from activating what can.
    private void DropOver()
    {
        var over = Record.Activated.Where(offer =>
            !_state.Catalogue.TryGetIndex(offer.OfferId, out var index) || _state.Catalogue[index].ValidUntilTicks <= _transaction.Now.UtcTicks).ToList();
        foreach (var offer in over)
        {
            _transaction.Append(new ActionRecord
            {
                Kind = ActionKind.Deactivation,
                At = _transaction.Now,
                MemberId = Record.MemberId,
                OfferId = offer.OfferId,
                Detail = """{"because":"over"}""",
            });
        }

        if (over.Count > 0) Record = Record with { Activated = [.. Record.Activated.Except(over)] };
    }

    private void FindTargets(CapEvent capEvent, string channel)
    {
        var key = OfferKey.From(OfferId);
        var targets = _writer.Targets;
        targets.Find(_state.Caps, _offer is null ? [] : _offer.Caps, capEvent, "", key, 0, channel.Length == 0 ? 0 : NameKey.From(channel));

        // Counted whether or not anybody has capped it: a cap put later is exact from its first moment.
        if (capEvent == CapEvent.Redemption) targets.Include(Redemptions, key);
        if (capEvent == CapEvent.Activation) targets.Include(Activations, key);
    }

    private bool IsReached(in CapTarget target)
    {
        var now = _transaction.Now.UtcTicks;
        var period = _writer.Members.Calendar.PeriodOf(target.Rule.Window.Kind, now);
        if (!target.Rule.IsPerMember)
            return target.Rule != Redemptions && target.Rule != Activations && MemberBook.Total(_transaction, Name(in target, ""), period) >= target.Rule.Limit;
        MemberRecords.ToServing(Record, _writer.Counters);
        return _writer.Counters.IsReached(target.Rule, target.Key, period, now);
    }

    private string Name(in CapTarget target, string channel) => target.Rule.CounterName(target.Rule.Scope == CapScope.Channel ? channel : OfferId);

    private static CapRule Baseline(CapEvent capEvent) => new(new CapRuleConfig { Event = capEvent, Per = CapPer.Total, Limit = CapRuleConfig.MaxLimit });
}
