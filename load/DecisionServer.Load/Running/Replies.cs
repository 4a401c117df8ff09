using DecisionServer.Load.Calls;
using DecisionServer.Load.Wire;
using NBomber.Contracts;
using NBomber.CSharp;

namespace DecisionServer.Load.Running;

/// <summary>Replies as NBomber's responses.</summary>
internal static class Replies
{
    /// <summary>One call; where its message was kept it is checked.</summary>
    public static async Task<Response<object>> Send(WireClient client, ICallSource source, bool check)
    {
        WireReply reply = await client.Call(source, check).ConfigureAwait(false);
        return reply.Message is { } message && reply.Status == CallStatus.Ok && source.Check(message) is { } fault ? Wrong(fault) : From(reply);
    }

    public static Response<object> From(in WireReply reply) =>
        reply.Status == CallStatus.Ok ? Response.Ok(sizeBytes: reply.MessageBytes) : Response.Fail(reply.Status.ToString(), reply.Detail ?? "");

    public static Response<object> Wrong(string fault) => Response.Fail(nameof(CallStatus.WrongAnswer), fault);
}
