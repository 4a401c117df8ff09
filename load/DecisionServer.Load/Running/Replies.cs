using DecisionServer.Load.Calls;
using DecisionServer.Load.Wire;
using NBomber.Contracts;
using NBomber.CSharp;

namespace DecisionServer.Load.Running;

/// <summary>Replies as NBomber's responses.</summary>
internal static class Replies
{
    // Answers have a few hundred sizes and refusals a few texts: those that are alike share one response.
    private static readonly Response<object>?[] KnownOk = new Response<object>?[4096];
    private static readonly string?[] Names = [.. Enumerable.Range(0, 64).Select(status => Enum.GetName((CallStatus)status))];
    private static Response<object>? _lastFailure;

    /// <summary>One call; where it is to be checked, its message is kept.</summary>
    public static async Task<IResponse> Send(WireClient client, ICallSource source, bool check) =>
        Of(await client.Call(source, check ? WireClient.Whole : 0).ConfigureAwait(false), source);

    /// <summary>The same as a step.</summary>
    public static async Task<Response<object>> SendStep(WireClient client, ICallSource source, bool check) =>
        Of(await client.Call(source, check ? WireClient.Whole : 0).ConfigureAwait(false), source);

    public static Response<object> From(in WireReply reply)
    {
        if (reply.Status != CallStatus.Ok)
            return Failure(Names[(int)reply.Status] ?? reply.Status.ToString(), reply.Detail ?? "");
        ref Response<object>? known = ref KnownOk[reply.MessageBytes % KnownOk.Length];
        Response<object>? response = known;
        if (response is null || response.SizeBytes != reply.MessageBytes)
            known = response = Response.Ok(sizeBytes: reply.MessageBytes);
        return response;
    }

    public static Response<object> Wrong(string fault) => Response.Fail(nameof(CallStatus.WrongAnswer), fault);

    /// <summary>A reply, checked where its message was kept.</summary>
    public static Response<object> Of(in WireReply reply, ICallSource source) =>
        reply is { Status: CallStatus.Ok, Message: { } message } && source.Check(message) is { } fault ? Wrong(fault) : From(reply);

    private static Response<object> Failure(string status, string detail)
    {
        Response<object>? last = _lastFailure;
        if (last is null || last.StatusCode != status || last.Message != detail)
            _lastFailure = last = Response.Fail(status, detail);
        return last;
    }
}
