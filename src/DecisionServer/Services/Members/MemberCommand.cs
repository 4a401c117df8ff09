using DecisionServer.Journal;
using Google.Protobuf;

namespace DecisionServer.Services.Members;

/// <summary>
/// A change under an idempotency key: the answer given before, or else a new one, kept in the same transaction as the change.
/// </summary>
internal abstract class MemberCommand<TRequest, TResponse>(MemberWriter writer, string method, string key, string memberId, TRequest request)
    : IJournalCommand<Answered<TResponse>>
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>, new()
{
    private readonly UInt128 _hash = RequestHash.Of(request);

    protected MemberWriter Writer => writer;

    protected TRequest Request => request;

    public Answered<TResponse> Execute(IJournalTransaction transaction)
    {
        if (key.Length > 0 && transaction.TryGetAnswer(method, key, out var stored))
        {
            if (stored.RequestHash != _hash) return new Answered<TResponse>(null, true, null);
            var response = new TResponse();
            response.MergeFrom(stored.Answer);
            return new Answered<TResponse>(response, false, null);
        }

        var changes = new MemberChanges();
        var answer = Run(transaction, changes);
        if (key.Length > 0) transaction.PutAnswer(method, key, memberId, _hash, answer.ToByteArray());
        return new Answered<TResponse>(answer, false, changes);
    }

    public void Apply(Answered<TResponse> result)
    {
        if (result.Changes is not { } changes) return;
        changes.Apply(writer.Serving, writer.State, writer.Counters);
        Follow();
    }

    /// <summary>The change itself. Refusals are answers; an exception undoes everything and leaves the key unused.</summary>
    protected abstract TResponse Run(IJournalTransaction transaction, MemberChanges changes);

    /// <summary>What serving has to follow beyond the changes.</summary>
    protected virtual void Follow()
    {
    }
}
