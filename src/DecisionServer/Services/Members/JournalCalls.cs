using DecisionServer.Journal;
using Google.Protobuf;
using Grpc.Core;

namespace DecisionServer.Services.Members;

/// <summary>Calls of the journal from a service: what it refuses becomes a status.</summary>
internal static class JournalCalls
{
    /// <summary>Runs a command under its idempotency key and returns its answer.</summary>
    public static async Task<TResponse> Answer<TRequest, TResponse>(IJournal journal, MemberCommand<TRequest, TResponse> command, ServerCallContext context)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>, new()
    {
        var answered = await Run(journal, command, context.CancellationToken);
        return answered.IsReused
            ? throw Errors.InvalidArgument("idempotency_key", "was used with another request before; each action needs a key of its own")
            : answered.Response!;
    }

    /// <summary>Runs a command.</summary>
    public static async Task<TResult> Run<TResult>(IJournal journal, IJournalCommand<TResult> command, CancellationToken cancellation)
    {
        try
        {
            return await journal.Write(command, cancellation);
        }
        catch (JournalUnavailableException e)
        {
            throw Unavailable(e);
        }
    }

    /// <summary>Runs something that writes to the journal.</summary>
    public static async Task Run(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (JournalUnavailableException e)
        {
            throw Unavailable(e);
        }
    }

    private static RpcException Unavailable(JournalUnavailableException e) =>
        Errors.Unavailable($"{e.Message}; try again with the same idempotency key", e.RetryAfter);
}
