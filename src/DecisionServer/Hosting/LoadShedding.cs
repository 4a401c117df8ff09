using System.Globalization;
using DecisionServer.Options;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.Extensions.Primitives;

namespace DecisionServer.Hosting;

/// <summary>
/// Refuses calls beyond the limits before a byte of their message is read: a response of headers only, with RESOURCE_EXHAUSTED and
/// <c>grpc-retry-pushback-ms</c>; and UNAVAILABLE while the server starts. Health and reflection are exempt.
/// </summary>
internal sealed class LoadShedding
{
    private static readonly StringValues ResourceExhausted = "8";
    private static readonly StringValues Unavailable = "14";
    private static readonly StringValues TooManyCalls =
        "the server has more calls to answer than it takes (Limits:ConcurrentCalls, Limits:QueuedCalls); try again later";
    private static readonly StringValues TooManyStreams =
        "the server has as many streams open as it takes (Limits:ConcurrentStreams); try again later";

    private readonly RequestDelegate _next;
    private readonly CallGate _gate;
    private readonly ServerLifecycle _lifecycle;
    private readonly StringValues _pushback;

    public LoadShedding(RequestDelegate next, CallGate gate, ServerLifecycle lifecycle, ServerOptions options)
    {
        _next = next;
        _gate = gate;
        _lifecycle = lifecycle;
        _pushback = options.Limits.RetryAfterMilliseconds.ToString(CultureInfo.InvariantCulture);
    }

    public Task InvokeAsync(HttpContext context)
    {
        EndpointMetadataCollection? metadata = context.GetEndpoint()?.Metadata;
        if (metadata?.GetMetadata<LimitedCall>() is null || metadata.GetMetadata<GrpcMethodMetadata>() is not { } method)
            return _next(context);
        if (_lifecycle.Phase == ServerPhase.Starting)
            return Refuse(context, Unavailable, "the server is starting and rebuilds what served before; try again later");
        bool streaming = method.Method.Type != MethodType.Unary;
        return _gate.TryEnter(streaming) ? Run(context, streaming) : Refuse(context, ResourceExhausted, streaming ? TooManyStreams : TooManyCalls);
    }

    private async Task Run(HttpContext context, bool streaming)
    {
        try
        {
            await _next(context);
        }
        finally
        {
            _gate.Leave(streaming);
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
