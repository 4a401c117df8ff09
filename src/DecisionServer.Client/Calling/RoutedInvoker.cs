using DecisionServer.Client.Endpoints;
using DecisionServer.Client.Routing;
using Grpc.Core;

namespace DecisionServer.Client.Calling;

/// <summary>Takes the calls of all generated clients to an endpoint. Unary ones go by <see cref="UnaryCall{TRequest,TResponse}"/>; streams stay on the endpoint where they began.</summary>
internal sealed class RoutedInvoker(DecisionServerClientOptions options, EndpointPool pool, FleetWatch? fleet, ClientStatistics statistics, TimeProvider clock) : CallInvoker
{
    private readonly CallParts _parts = new(options, pool, fleet, statistics, clock, new RetryBudget(options.RetryRatio, options.RetryBurst));

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        using AsyncUnaryCall<TResponse> call = AsyncUnaryCall(method, host, options, request);
        return call.ResponseAsync.GetAwaiter().GetResult();
    }

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        new UnaryCall<TRequest, TResponse>(_parts, method, host, options, request).Start();

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        string member = RequestFields<TRequest>.MemberOf(request);
        return Choose(member).Invoker.AsyncServerStreamingCall(method, host, options.WithMember(member), request);
    }

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options) =>
        Choose("").Invoker.AsyncClientStreamingCall(method, host, options);

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options) =>
        Choose("").Invoker.AsyncDuplexStreamingCall(method, host, options);

    private Endpoint Choose(string member) => pool.Choose(MemberHash.Of(member), fleet?.Map, []);
}

/// <summary>What all calls of a client share.</summary>
internal sealed record CallParts(
    DecisionServerClientOptions Options, EndpointPool Pool, FleetWatch? Fleet, ClientStatistics Statistics, TimeProvider Clock, RetryBudget Budget);
