using DecisionServer.Journal;
using DecisionServer.Services.Members;
using Google.Protobuf;

namespace DecisionServer.Services.Journaling;

/// <summary>What a keyed command came to.</summary>
/// <param name="Result">Result of the command itself; not set where the answer was given before.</param>
/// <param name="Answer">The answer: made now, or given before under the same key.</param>
/// <param name="Ran">Whether the command itself ran.</param>
internal readonly record struct KeyedResult<TResult, TResponse>(TResult Result, TResponse Answer, bool Ran);

/// <summary>
/// A command under an idempotency key: where the key was used, the answer of then; else the command runs, and its answer is kept in the same transaction.
/// </summary>
internal sealed class KeyedCommand<TResult, TResponse>(
    IJournalCommand<TResult> command, Func<TResult, TResponse> answer, string method, string key, IMessage request)
    : IJournalCommand<KeyedResult<TResult, TResponse>>
    where TResponse : class, IMessage<TResponse>, new()
{
    private readonly UInt128 _hash = key.Length == 0 ? default : RequestHash.Of(request);

    public KeyedResult<TResult, TResponse> Execute(IJournalTransaction transaction)
    {
        if (KeyedAnswers.TryGet(transaction, method, key, _hash, out TResponse given)) return new KeyedResult<TResult, TResponse>(default!, given, false);
        var result = command.Execute(transaction);
        var response = answer(result);
        KeyedAnswers.Put(transaction, method, key, _hash, response);
        return new KeyedResult<TResult, TResponse>(result, response, true);
    }

    public void Apply(KeyedResult<TResult, TResponse> result)
    {
        if (result.Ran) command.Apply(result.Result);
    }
}
