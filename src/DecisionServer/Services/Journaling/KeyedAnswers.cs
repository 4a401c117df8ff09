using DecisionServer.Journal;
using Google.Protobuf;

namespace DecisionServer.Services.Journaling;

/// <summary>Answers in the journal, as messages.</summary>
internal static class KeyedAnswers
{
    /// <summary>The answer given under a key. False: none, or the key is empty.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: the key was used with another request.</exception>
    public static bool TryGet<TResponse>(IJournalTransaction transaction, string method, string key, UInt128 hash, out TResponse answer)
        where TResponse : class, IMessage<TResponse>, new()
    {
        answer = new TResponse();
        if (key.Length == 0 || !transaction.TryGetAnswer(method, key, out var stored)) return false;
        if (stored.RequestHash != hash) throw Errors.InvalidArgument("idempotency_key", "was used with another request before; each change needs a key of its own");
        answer.MergeFrom(stored.Answer);
        return true;
    }

    /// <summary>Keeps an answer, unless the key is empty.</summary>
    public static void Put(IJournalTransaction transaction, string method, string key, UInt128 hash, IMessage answer)
    {
        if (key.Length > 0) transaction.PutAnswer(method, key, "", hash, answer.ToByteArray());
    }
}
