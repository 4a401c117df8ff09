using DecisionServer.Journal;
using DecisionServer.Services.Journaling;
using DecisionServer.Store;
using Google.Protobuf;

namespace DecisionServer.Fleet.Puts;

/// <summary>What became of something that was to be put.</summary>
internal enum PutOutcome
{
    /// <summary>It is put.</summary>
    Done,

    /// <summary>It was put before, under the same idempotency key.</summary>
    Given,

    /// <summary>Another generation is current by now: it is to be packed for that one. Nothing was put.</summary>
    Moved,

    /// <summary>Offers were put that this node has not taken in yet: it is to be packed again once it has. Nothing was put.</summary>
    Behind,
}

/// <summary>What became of it, and the answer: made now, or given before.</summary>
internal readonly record struct PutResult<TResponse>(PutOutcome Outcome, TResponse? Answer)
    where TResponse : class, IMessage<TResponse>, new();

/// <summary>What is to be put.</summary>
/// <param name="Generation">The generation that it was packed for.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Catalogue">Number of the catalogue that it was packed for.</param>
/// <param name="Content">The contents; empty: nothing but an answer.</param>
internal sealed record PutOrder(string Generation, PutKind Kind, long Catalogue, byte[] Content)
{
    /// <summary>Noted as an administrative act: subject and detail.</summary>
    public (string Subject, string Detail)? Audit { get; init; }
}

/// <summary>
/// Puts something into the generation that is current in the fleet. Which one that is, and whether its catalogue is the one that was packed for, is decided here, in the order
/// of all commits: the same for every node.
/// </summary>
/// <param name="order">What is put.</param>
/// <param name="key">Where the answer is kept.</param>
/// <param name="answer">The answer; null: more is to be put before there is one.</param>
internal sealed class PutCommand<TResponse>(PutOrder order, PutKey key, TResponse? answer) : IJournalCommand<PutResult<TResponse>>
    where TResponse : class, IMessage<TResponse>, new()
{
    public PutResult<TResponse> Execute(IJournalTransaction transaction)
    {
        // 1. May it be put?
        if (KeyedAnswers.TryGet(transaction, key.Method, key.Key, key.Hash, out TResponse given)) return new(PutOutcome.Given, given);
        var current = FleetFacts.ReadCurrent(transaction);
        var catalogue = FleetFacts.ReadCatalogue(transaction, order.Generation);
        if (current?.Generation != order.Generation) return new(PutOutcome.Moved, null);
        if (catalogue != order.Catalogue) return new(PutOutcome.Behind, null);

        // 2. It is.
        if (order.Content.Length > 0)
        {
            var made = order.Kind == PutKind.Offers ? catalogue + 1 : catalogue;
            ((ISharedTransaction)transaction).Put(order.Generation, order.Kind, made, order.Content);
            if (made != catalogue) transaction.PutFact(FleetFacts.Catalogues, FleetFacts.Write(order.Generation, made));
        }

        if (order.Audit is { } audit) transaction.Audit("put offers", audit.Subject, audit.Detail);
        if (answer is not null) KeyedAnswers.Put(transaction, key.Method, key.Key, key.Hash, answer);
        return new(PutOutcome.Done, answer);
    }

    public void Apply(PutResult<TResponse> result)
    {
        // Generations follow by PutFollower, on every node.
    }
}

/// <summary>Under which idempotency key something is put.</summary>
/// <param name="Method">The method.</param>
/// <param name="Key">The key; empty: none.</param>
/// <param name="Hash">Hash of the request.</param>
internal readonly record struct PutKey(string Method, string Key, UInt128 Hash);
