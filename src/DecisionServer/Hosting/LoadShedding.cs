using System.Globalization;
using DecisionServer.Options;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace DecisionServer.Hosting;

/// <summary>
/// Refuses calls beyond the limits before a byte of their message is read: a response of headers only, with RESOURCE_EXHAUSTED and
/// <c>grpc-retry-pushback-ms</c>; and UNAVAILABLE while the server starts. Stands before the methods of the contract only: health and reflection
/// are exempt (<see cref="ContractServices"/>).
/// </summary>
internal sealed class LoadShedding(CallGate gate, ServerLifecycle lifecycle, ServerOptions options)
{
    private static readonly StringValues GrpcContent = "application/grpc";
    private static readonly StringValues ResourceExhausted = "8";
    private static readonly StringValues Unavailable = "14";

    // Short: under overload its bytes are a part of what a refusal costs.
    private static readonly StringValues TooLate = "too many calls wait (Limits:QueueMilliseconds, QueuedCalls); try again later";
    private static readonly StringValues TooManyCalls =
        "the server has more calls to answer than it takes (Limits:ConcurrentCalls); try again later";
    private static readonly StringValues TooManyStreams =
        "the server has as many streams open as it takes (Limits:ConcurrentStreams); try again later";

    private readonly StringValues _pushback = options.Limits.RetryAfterMilliseconds.ToString(CultureInfo.InvariantCulture);

    // Filled when the endpoints are built, before the first of their calls; only read afterwards.
    private readonly HashSet<string> _unary = new(StringComparer.Ordinal);

    /// <summary>The way to a method, with this in front of it.</summary>
    /// <param name="method">The way.</param>
    /// <param name="path">The method's path.</param>
    /// <param name="streaming">Either side may send more than one message.</param>
    public RequestDelegate Guard(RequestDelegate method, string path, bool streaming)
    {
        if (!streaming)
            _unary.Add(path);
        return context =>
        {
            if (lifecycle.Phase == ServerPhase.Starting)
                return Refuse(context, Unavailable, "the server is starting and rebuilds what served before; try again later");
            if (!streaming && gate.Refuses())
                return Refuse(context, ResourceExhausted, TooLate);
            return gate.TryEnter(streaming) ? Run(method, context, streaming) : Refuse(context, ResourceExhausted, streaming ? TooManyStreams : TooManyCalls);
        };
    }

    /// <summary>The same for what has waited too long, before anything is made for a request: under overload there are as many of these as of answers.</summary>
    /// <param name="request">The request, as the web server gives it.</param>
    /// <returns>It has its answer.</returns>
    public bool Refuses(IFeatureCollection request)
    {
        if (!gate.MayRefuse || !_unary.Contains(request.GetRequiredFeature<IHttpRequestFeature>().Path) || !gate.Refuses())
            return false;
        Write(request.GetRequiredFeature<IHttpResponseFeature>().Headers, ResourceExhausted, TooLate);
        return true;
    }

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
        Write(context.Response.Headers, status, message);
        return Task.CompletedTask;
    }

    private void Write(IHeaderDictionary headers, StringValues status, StringValues message)
    {
        headers.ContentType = GrpcContent;
        headers.GrpcStatus = status;
        headers.GrpcMessage = message;
        headers[Errors.RetryPushback] = _pushback;
    }
}
