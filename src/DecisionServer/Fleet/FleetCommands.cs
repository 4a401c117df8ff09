using DecisionServer.Journal;
using DecisionServer.Store;

namespace DecisionServer.Fleet;

/// <summary>Makes facts of the fleet, and lets this node follow them. Other nodes get them as a change.</summary>
internal abstract class FactCommand<TResult>(FleetFacts facts) : IJournalCommand<TResult>
{
    private readonly List<(string Kind, NamedDocument Fact)> _put = [];

    public TResult Execute(IJournalTransaction transaction)
    {
        _put.Clear();
        return Run(transaction);
    }

    public void Apply(TResult result)
    {
        foreach (var (kind, fact) in _put) facts.Put(kind, [fact]);
    }

    protected abstract TResult Run(IJournalTransaction transaction);

    protected void Put(IJournalTransaction transaction, string kind, NamedDocument fact)
    {
        transaction.PutFact(kind, fact);
        _put.Add((kind, fact));
    }

    /// <summary>Forgets a generation, with all that was put into it.</summary>
    protected void Forget(IJournalTransaction transaction, string generationId)
    {
        Put(transaction, FleetFacts.Generations, new NamedDocument(generationId, ""));
        Put(transaction, FleetFacts.Catalogues, new NamedDocument(generationId, ""));
        ((ISharedTransaction)transaction).ForgetPuts(generationId);
    }
}

/// <summary>Tells the fleet of a sealed generation.</summary>
internal sealed class SealedCommand(FleetFacts facts, string id, SealedFact fact) : FactCommand<bool>(facts)
{
    /// <returns>False: another content is sealed under this id already.</returns>
    protected override bool Run(IJournalTransaction transaction)
    {
        var snapshot = transaction.GetFact(FleetFacts.Generations, id) is { } known
            ? FleetFacts.Snapshot.Empty.With(FleetFacts.Generations, known)
            : FleetFacts.Snapshot.Empty;
        if (snapshot.Sealed.TryGetValue(id, out var other) && other.ContentHash != fact.ContentHash) return false;
        Put(transaction, FleetFacts.Generations, FleetFacts.Write(id, fact));
        return true;
    }
}

/// <summary>Announces for which instant a generation becomes current. The result: what is announced; null: somebody else has announced something meanwhile.</summary>
internal sealed class PublishCommand(FleetFacts facts, string id, SealedFact generation, long expected, Func<DateTimeOffset> instant) : FactCommand<CurrentFact?>(facts)
{
    protected override CurrentFact? Run(IJournalTransaction transaction)
    {
        var current = FleetFacts.ReadCurrent(transaction);
        if ((current?.Number ?? 0) != expected) return null;
        if (current?.Generation == id) return current;

        // Never before one that was announced earlier.
        var at = instant();
        if (current is not null && at <= current.At) at = current.At + TimeSpan.FromMilliseconds(1);
        var next = new CurrentFact(id, current?.Generation ?? "", at, expected + 1);
        Put(transaction, FleetFacts.Generations, FleetFacts.Write(id, generation));
        Put(transaction, FleetFacts.Publishing, FleetFacts.Write(next));

        // The one before the previous has served its time: no node needs to have it any more.
        if (current is { Previous.Length: > 0 } && current.Previous != id) Forget(transaction, current.Previous);
        return next;
    }
}

/// <summary>Lets the fleet forget a generation. False: it is current.</summary>
internal sealed class DropCommand(FleetFacts facts, string id) : FactCommand<bool>(facts)
{
    protected override bool Run(IJournalTransaction transaction)
    {
        var current = FleetFacts.ReadCurrent(transaction);
        if (current?.Generation == id) return false;
        if (current?.Previous == id) Put(transaction, FleetFacts.Publishing, FleetFacts.Write(current with { Previous = "" }));
        if (transaction.GetFact(FleetFacts.Generations, id) is not null) Forget(transaction, id);
        return true;
    }
}
