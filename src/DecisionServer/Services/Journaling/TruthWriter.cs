using DecisionServer.Journal;
using DecisionServer.Services.Members;
using Google.Protobuf;
using Grpc.Core;

namespace DecisionServer.Services.Journaling;

/// <summary>Writes of services that are not about members: truth first, then serving, then the answer.</summary>
public sealed class TruthWriter(IJournal journal, ILogger<TruthWriter> logger)
{
    private readonly KeyLocks _keys = new();

    /// <summary>Runs a command.</summary>
    /// <exception cref="RpcException">UNAVAILABLE: the journal cannot be written.</exception>
    internal Task<TResult> Write<TResult>(IJournalCommand<TResult> command, ServerCallContext context) =>
        JournalCalls.Run(journal, command, context.CancellationToken);

    /// <summary>Runs a command under an idempotency key.</summary>
    /// <exception cref="RpcException">UNAVAILABLE: the journal cannot be written. INVALID_ARGUMENT: the key is malformed, or was used with another request.</exception>
    internal async Task<TResponse> Write<TResult, TResponse>(
        IJournalCommand<TResult> command, Func<TResult, TResponse> answer, string method, string key, IMessage request, ServerCallContext context)
        where TResponse : class, IMessage<TResponse>, new()
    {
        Ids.Optional(key, "idempotency_key");
        var keyed = new KeyedCommand<TResult, TResponse>(command, answer, method, key, request);
        return (await JournalCalls.Run(journal, keyed, context.CancellationToken)).Answer;
    }

    /// <summary>
    /// Runs something under an idempotency key that is made durable elsewhere, in the files of a generation; the journal keeps the answer. A crash between the
    /// two leaves the key unused: so it must be something that changes nothing when it is done again.
    /// </summary>
    /// <param name="method">Name of the method.</param>
    /// <param name="key">The key; empty: none, then the journal plays no part.</param>
    /// <param name="request">The request.</param>
    /// <param name="run">What is done.</param>
    /// <param name="keep">Whether an answer is kept: not where it names members, for it would outlive their erasure.</param>
    /// <param name="context">The call.</param>
    /// <exception cref="RpcException">UNAVAILABLE: the journal cannot be written. INVALID_ARGUMENT: the key is malformed, or was used with another request.</exception>
    internal async Task<TResponse> WriteElsewhere<TResponse>(
        string method, string key, IMessage request, Func<Task<TResponse>> run, Func<TResponse, bool> keep, ServerCallContext context)
        where TResponse : class, IMessage<TResponse>, new()
    {
        if (Ids.Optional(key, "idempotency_key").Length == 0) return await run();
        var hash = RequestHash.Of(request);
        using var held = await _keys.Enter(key, context.CancellationToken);
        var given = await Write(
            new ReadCommand<TResponse?>(transaction => KeyedAnswers.TryGet(transaction, method, key, hash, out TResponse answer) ? answer : null), context);
        if (given is not null) return given;
        var response = await run();
        if (keep(response)) await JournalCalls.Run(journal, new KeepAnswerCommand(method, key, hash, response), CancellationToken.None);
        return response;
    }

    /// <summary>Runs something that is made durable elsewhere. It is noted before, and what became of it after.</summary>
    /// <exception cref="RpcException">UNAVAILABLE: the journal cannot be written; nothing was done.</exception>
    internal async Task<TResponse> Audited<TResponse>(string act, string subject, string detail, Func<Task<TResponse>> run)
    {
        await JournalCalls.Run(journal, new AuditCommand(act, subject, detail.Length == 0 ? "begun" : $"begun, {detail}"), CancellationToken.None);
        try
        {
            var response = await run();
            await NoteEnd(act, subject, "done");
            return response;
        }
        catch (RpcException e)
        {
            await NoteEnd(act, subject, $"refused: {e.Status.Detail}");
            throw;
        }
    }

    /// <summary>Runs something that must be possible while the journal refuses writes (it makes room, or undoes harm). What became of it is noted where it can be.</summary>
    internal async Task<TResponse> Noted<TResponse>(string act, string subject, Func<Task<TResponse>> run)
    {
        var response = await run();
        await NoteEnd(act, subject, "done");
        return response;
    }

    // It is done, whether or not it can still be noted: the answer must say so.
    private async Task NoteEnd(string act, string subject, string detail)
    {
        try
        {
            await journal.Write(new AuditCommand(act, subject, detail), CancellationToken.None);
        }
        catch (JournalUnavailableException e)
        {
            Log.EndNotAudited(logger, e, act, subject, detail);
        }
    }
}
