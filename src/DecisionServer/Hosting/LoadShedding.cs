using System.Globalization;
using DecisionServer.Options;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.Extensions.Primitives;

namespace DecisionServer.Hosting;

/// <summary>
/// Refuses calls beyond the limits before a byte of their message is read: a response of headers only, with RESOURCE_EXHAUSTED and
/// <c>grpc-retry-pushback-ms</c>. Health and reflection are exempt.
/// </summary>
internal sealed class LoadShedding
{
    private readonly RequestDelegate _next;
    private readonly CallGate _gate;
    private readonly StringValues _pushback;

    public LoadShedding(RequestDelegate next, CallGate gate, ServerOptions options)
    {
        _next = next;
        _gate = gate;
        _pushback = options.Limits.RetryAfterMilliseconds.ToString(CultureInfo.InvariantCulture);
    }

    public Task InvokeAsync(HttpContext context)
    {
        EndpointMetadataCollection? metadata = context.GetEndpoint()?.Metadata;
        if (metadata?.GetMetadata<LimitedCall>() is null || metadata.GetMetadata<GrpcMethodMetadata>() is not { } method)
            return _next(context);
        bool streaming = method.Method.Type != MethodType.Unary;
        return _gate.TryEnter(streaming) ? Run(context, streaming) : Refuse(context, streaming);
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

    private Task Refuse(HttpContext context, bool streaming)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentType = "application/grpc";
        headers.GrpcStatus = "8";
        headers.GrpcMessage = streaming
            ? "the server has as many streams open as it takes (Limits:ConcurrentStreams); try again later"
            : "the server has more calls to answer than it takes (Limits:ConcurrentCalls, Limits:QueuedCalls); try again later";
        headers[Errors.RetryPushback] = _pushback;
        return Task.CompletedTask;
    }
}
