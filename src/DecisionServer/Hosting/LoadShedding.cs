using System.Globalization;
using DecisionServer.Options;
using Microsoft.Extensions.Primitives;

namespace DecisionServer.Hosting;

/// <summary>
/// Refuses calls beyond the limits before a byte of their message is read: a response of headers only, with RESOURCE_EXHAUSTED and
/// <c>grpc-retry-pushback-ms</c>; and UNAVAILABLE while the server starts. Stands before the methods of the contract only: health and reflection
/// are exempt (<see cref="ContractServices"/>).
/// </summary>
internal sealed class LoadShedding(CallGate gate, ServerLifecycle lifecycle, ServerOptions options)
{
    private static readonly StringValues ResourceExhausted = "8";
    private static readonly StringValues Unavailable = "14";
    private static readonly StringValues TooManyCalls =
        "the server has more calls to answer than it takes (Limits:ConcurrentCalls, Limits:QueuedCalls); try again later";
    private static readonly StringValues TooManyStreams =
        "the server has as many streams open as it takes (Limits:ConcurrentStreams); try again later";

    private readonly StringValues _pushback = options.Limits.RetryAfterMilliseconds.ToString(CultureInfo.InvariantCulture);

    /// <summary>The way to a method, with this in front of it.</summary>
    public RequestDelegate Guard(RequestDelegate method, bool streaming) => context =>
    {
        if (lifecycle.Phase == ServerPhase.Starting)
            return Refuse(context, Unavailable, "the server is starting and rebuilds what served before; try again later");
        return gate.TryEnter(streaming) ? Run(method, context, streaming) : Refuse(context, ResourceExhausted, streaming ? TooManyStreams : TooManyCalls);
    };

    // Most calls are over when they return: no state machine for these.
    private Task Run(RequestDelegate method, HttpContext context, bool streaming)
    {
        Task call;
        try
        {
            call = method(context);
        }
        catch
        {
            gate.Leave(streaming);
            throw;
        }

        if (!call.IsCompletedSuccessfully)
            return Finish(call, streaming);
        gate.Leave(streaming);
        return call;
    }

    private async Task Finish(Task call, bool streaming)
    {
        try
        {
            await call;
        }
        finally
        {
            gate.Leave(streaming);
        }
    }

    private Task Refuse(HttpContext context, StringValues status, StringValues message)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentType = "application/grpc";
        headers.GrpcStatus = status;
        headers.GrpcMessage = message;
        headers[Errors.RetryPushback] = _pushback;
        return Task.CompletedTask;
    }
}
